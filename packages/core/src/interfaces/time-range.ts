/** A span of time, from start to before end. */
export interface TimeRange {
  /** First moment that belongs to it. */
  readonly start: Date;
  /** First moment that no longer belongs to it. */
  readonly end: Date;
}

/** Length of the buckets that a range is cut into: a calendar unit, or a fixed number of milliseconds. */
export type TimeGranularity = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | { readonly ms: number };
