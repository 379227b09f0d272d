import type { LabelMatcher } from './label-matcher.ts';

/** Which series of a metric are meant. */
export interface SeriesSelector {
  /** Metric name, without the suffix that a format adds (`_bucket`, `_count` …). */
  readonly metric: string;
  /** All of them must match; a label that a series lacks counts as the empty string. */
  readonly matchers?: readonly LabelMatcher[];
}

/** Functions of the samples of one series within a window. Names are those of PromQL. */
export const WindowFunction = {
  RATE: 'rate',
  INCREASE: 'increase',
  IRATE: 'irate',
  DELTA: 'delta',
  IDELTA: 'idelta',
  DERIV: 'deriv',
  /** Parameter: seconds after the evaluation time. */
  PREDICT_LINEAR: 'predict_linear',
  AVG: 'avg_over_time',
  MIN: 'min_over_time',
  MAX: 'max_over_time',
  SUM: 'sum_over_time',
  COUNT: 'count_over_time',
  LAST: 'last_over_time',
  PRESENT: 'present_over_time',
  STDDEV: 'stddev_over_time',
  STDVAR: 'stdvar_over_time',
  /** Parameter: quantile, 0 … 1. */
  QUANTILE: 'quantile_over_time',
  CHANGES: 'changes',
  RESETS: 'resets',
} as const;
/** Functions of the samples of one series within a window. */
export type WindowFunction = (typeof WindowFunction)[keyof typeof WindowFunction];

/** Aggregations over series, as in PromQL. */
export const AggregateOperator = {
  SUM: 'sum',
  AVG: 'avg',
  MIN: 'min',
  MAX: 'max',
  COUNT: 'count',
  GROUP: 'group',
  STDDEV: 'stddev',
  STDVAR: 'stdvar',
  /** Parameter: quantile, 0 … 1. */
  QUANTILE: 'quantile',
  /** Parameter: how many series to keep. */
  TOPK: 'topk',
  /** Parameter: how many series to keep. */
  BOTTOMK: 'bottomk',
} as const;
/** Aggregations over series. */
export type AggregateOperator = (typeof AggregateOperator)[keyof typeof AggregateOperator];

/** Functions that take numbers out of histograms. */
export const HistogramFunction = {
  /** Parameter: quantile, 0 … 1. */
  QUANTILE: 'quantile',
  /** Share of observations above a value. Parameter: the value. */
  FRACTION_ABOVE: 'fraction_above',
  COUNT: 'count',
  SUM: 'sum',
  AVG: 'avg',
  /** Cumulative count of each bucket, one series for each upper bound, told apart by the label `le`. */
  BUCKETS: 'buckets',
} as const;
/** Functions that take numbers out of histograms. */
export type HistogramFunction = (typeof HistogramFunction)[keyof typeof HistogramFunction];

/**
 * A question about metrics as a tree: what PromQL says in text. Build it with `query` of core/primitives, answer it by a
 * {@link HistorySource}, print it as PromQL with `toPromQl` of core/primitives.
 *
 * An expression over a histogram has histograms as values (`rate` of a histogram is a histogram; `sum` adds them); only a
 * `histogram` node turns them into numbers. Of a histogram that is asked for as a number all the same, the number of
 * observations is meant.
 */
export type QueryExpression =
  | NumberExpression
  | SelectExpression
  | WindowExpression
  | HistogramExpression
  | AggregateExpression
  | BinaryExpression;

/** A constant. */
export interface NumberExpression {
  /** Tells the nodes apart. */
  readonly kind: 'number';
  /** The value, NaN and infinities included. */
  readonly value: number;
}

/** The last value of each series, unless it is older than the lookback (5 minutes). */
export interface SelectExpression {
  /** Tells the nodes apart. */
  readonly kind: 'select';
  /** Which series. */
  readonly selector: SeriesSelector;
  /** How far back to ask, in milliseconds. Default 0. */
  readonly offsetMs?: number;
}

/** A function of the samples of each series in `(t - windowMs, t]`. */
export interface WindowExpression {
  /** Tells the nodes apart. */
  readonly kind: 'window';
  /** Which function. */
  readonly fn: WindowFunction;
  /** Which series. */
  readonly selector: SeriesSelector;
  /** Length of the window in milliseconds, above 0. */
  readonly windowMs: number;
  /** How far back to ask, in milliseconds. Default 0. */
  readonly offsetMs?: number;
  /** Of `predict_linear` and `quantile_over_time`. */
  readonly parameter?: number;
}

/** Numbers out of histograms. */
export interface HistogramExpression {
  /** Tells the nodes apart. */
  readonly kind: 'histogram';
  /** Which function. */
  readonly fn: HistogramFunction;
  /** What it is applied to. */
  readonly of: QueryExpression;
  /** Of `quantile` and `fraction_above`. */
  readonly parameter?: number;
}

/** Series put together by labels; histograms are added bucket by bucket by `sum` and `avg`. */
export interface AggregateExpression {
  /** Tells the nodes apart. */
  readonly kind: 'aggregate';
  /** Which operation. */
  readonly op: AggregateOperator;
  /** What it is applied to. */
  readonly of: QueryExpression;
  /** Labels to keep; `[]` for one value. Not together with `without`. */
  readonly by?: readonly string[];
  /** Labels to drop. */
  readonly without?: readonly string[];
  /** Of `quantile`, `topk` and `bottomk`. */
  readonly parameter?: number;
}

/** Arithmetic between series with the same labels, or between series and a constant. */
export interface BinaryExpression {
  /** Tells the nodes apart. */
  readonly kind: 'binary';
  /** Which operation. */
  readonly op: '+' | '-' | '*' | '/';
  /** Left side. */
  readonly left: QueryExpression;
  /** Right side. */
  readonly right: QueryExpression;
  /**
   * The value of the left side for a series that only the right side has. With 0, a ratio of errors to requests is 0 while
   * no error ever happened. Default: no such series in the result, as in PromQL.
   */
  readonly missingLeft?: number;
}
