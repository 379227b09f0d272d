import type { AggregateOperator, HistoryGap, LabelMatcher } from '@bduf/metrics-core/interfaces';
import type { Duration } from '@bduf/metrics-core/primitives';

/**
 * What is known of a metric in one bucket of time. Numbers are `null` where they are unknown; never an invented zero.
 *
 * Of a gauge or counter, the statistics are those of its samples, those of all series together. Of a histogram or summary they are those
 * of the observations that were made in the bucket.
 */
export interface AggregatedMetric {
  /** Start of the bucket, aligned. */
  readonly start: Date;
  /** End of the bucket, the first moment that no longer belongs to it. */
  readonly end: Date;
  /** Labels of the group; empty without `groupBy`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Whether only a part of the bucket belongs to the range, or has passed. Its numbers are those of that part. */
  readonly isPartial: boolean;
  /** Number of samples, or of observations. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number | null;
  /** Their mean. */
  readonly avg: number | null;
  /** The least; of a histogram `null`. */
  readonly min: number | null;
  /** The greatest; of a histogram `null`. */
  readonly max: number | null;
  /** The last value of each series, put together by `fn`; of a histogram `null`. */
  readonly last: number | null;
  /** Standard deviation of the population; of a histogram `null`. */
  readonly stddev: number | null;
  /** Of counters, histograms and summaries: increase per second of the part of the bucket that was observed, all series added up. */
  readonly rate?: number | null;
  /** Of counters, histograms and summaries: increase, all series added up. */
  readonly increase?: number | null;
  /** Of histograms, when asked for: values by the numbers of the caller. */
  readonly percentiles?: Readonly<Record<number, number | null>>;
  /** Share of the bucket, as far as it has passed, that was observed: 0 … 1. */
  readonly coverage: number;
  /** Why not all of it was. */
  readonly reason?: HistoryGap;
}

/** What to do with buckets that hold nothing. */
export type BucketFill =
  /** Show them, without numbers. */
  | 'null'
  /** Leave them out. */
  | 'none';

/** Which series are meant. */
export interface SeriesFilter {
  /** All of them must match. */
  readonly matchers?: readonly LabelMatcher[];
}

/** How the values of several series become one. */
export type SeriesOperator = Extract<AggregateOperator, 'sum' | 'avg' | 'min' | 'max' | 'count'>;

/** Options of `aggregateByTime`. */
export interface AggregateByTimeOptions extends SeriesFilter {
  /** Zone of days, weeks and months. Default: `UTC`. */
  readonly timeZone?: string;
  /** Labels by which series are grouped: each group has its own buckets. Default: all series are one group. */
  readonly groupBy?: readonly string[];
  /** How `last` puts series together. Default: `sum`, of gauges `avg`. */
  readonly fn?: SeriesOperator;
  /** Default: `null`. */
  readonly fill?: BucketFill;
  /** Percentiles of histograms: quantiles from 0 to 1, or percents when any is above 1. */
  readonly percentiles?: readonly number[];
}

/** Options of `aggregateByLabels`. */
export interface AggregateByLabelsOptions extends SeriesFilter {
  /** How series are put together. Default: `sum`. */
  readonly fn?: SeriesOperator;
  /**
   * Time to look back. Counters, histograms and summaries then give their increase, gauges their mean. Default: present values, which
   * need no history.
   */
  readonly window?: Duration;
}

/** A number and how much of it is known. */
export interface CoveredValue {
  /** `null` when it is unknown. */
  readonly value: number | null;
  /** Share of what was asked for that was observed: 0 … 1. */
  readonly coverage: number;
  /** Why not all of it was. */
  readonly reason?: HistoryGap;
}

/** Options of `calculatePercentiles`. */
export interface PercentileOptions extends SeriesFilter {
  /**
   * Time to look back. Default: of histograms all observations that the metric holds, which needs no history; of others one hour.
   */
  readonly window?: Duration;
}

/** How a percentile was found. */
export type PercentileMethod =
  /** From buckets that grow by a constant factor. */
  | 'sketch'
  /** From explicit buckets, between whose bounds it is interpolated. */
  | 'buckets'
  /** From stored samples; of counters from the rates between them. */
  | 'samples';

/** A percentile, how it was found, and how far it may be off. */
export interface DetailedPercentile extends CoveredValue {
  /** How it was found. */
  readonly method: PercentileMethod;
  /**
   * Bound of the difference to the true percentile, relative to the true one; `null` when there is none: beyond the highest bound, or of
   * downsampled samples.
   */
  readonly relativeError: number | null;
}

/** Options of `calculateTrend`. */
export interface TrendOptions extends SeriesFilter {
  /** Of histograms: the quantile that is followed, from 0 to 1. Default: the mean. */
  readonly quantile?: number;
  /** How several series become one. Default: `sum`, of gauges `avg`. */
  readonly fn?: SeriesOperator;
}
