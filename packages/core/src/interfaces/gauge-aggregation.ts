/**
 * How the values of one gauge in several workers become one. "Exited" workers are those that ended or crashed; a worker
 * that merely does not answer counts with its last known value.
 */
export const GaugeAggregation = {
  /** Sum over the workers that live. The default: what an exited worker was doing, it does no more. */
  LIVE_SUM: 'live_sum',
  /** Largest value of a worker that lives. */
  LIVE_MAX: 'live_max',
  /** Smallest value of a worker that lives. */
  LIVE_MIN: 'live_min',
  /** Sum over all workers, with the last value of those that exited. */
  SUM: 'sum',
  /** Largest value of all workers, with the last value of those that exited. */
  MAX: 'max',
  /** Smallest value of all workers, with the last value of those that exited. */
  MIN: 'min',
  /** The value that was written last, also by a worker that exited. Each write reads the clock. */
  MOST_RECENT: 'most_recent',
} as const;
/** How the values of one gauge in several workers become one. */
export type GaugeAggregation = (typeof GaugeAggregation)[keyof typeof GaugeAggregation];
