/**
 * Kinds of metric. The plain strings are accepted wherever the constant is.
 *
 * - `counter`: a sum that only grows.
 * - `gauge`: a value that goes up and down.
 * - `histogram`: a distribution, counted in buckets.
 * - `summary`: a distribution over a sliding window, read as quantiles.
 * - `info`: facts about the process, carried by labels; the value is always 1.
 * - `stateset`: a set of named states, each on (1) or off (0).
 */
export const MetricType = {
  COUNTER: 'counter',
  GAUGE: 'gauge',
  HISTOGRAM: 'histogram',
  SUMMARY: 'summary',
  INFO: 'info',
  STATE_SET: 'stateset',
} as const;
/** Kinds of metric. */
export type MetricType = (typeof MetricType)[keyof typeof MetricType];
/** The type of each kind. */
export declare namespace MetricType {
  /** A sum that only grows. */
  type COUNTER = typeof MetricType.COUNTER;
  /** A value that goes up and down. */
  type GAUGE = typeof MetricType.GAUGE;
  /** A distribution, counted in buckets. */
  type HISTOGRAM = typeof MetricType.HISTOGRAM;
  /** A distribution over a sliding window. */
  type SUMMARY = typeof MetricType.SUMMARY;
  /** Facts carried by labels. */
  type INFO = typeof MetricType.INFO;
  /** Named states, on or off. */
  type STATE_SET = typeof MetricType.STATE_SET;
}
