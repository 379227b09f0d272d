import type { QueryExpression } from './query-expression.ts';

/**
 * How increases and rates are worked out.
 *
 * - `exact`: what was really counted between two moments, by values carried forward, without extrapolation; a series counts
 *   from 0 at its birth. Integers stay integers.
 * - `prometheus`: what Prometheus 3 answers from the same samples, extrapolation included.
 */
export const QuerySemantics = { EXACT: 'exact', PROMETHEUS: 'prometheus' } as const;
/** How increases and rates are worked out. */
export type QuerySemantics = (typeof QuerySemantics)[keyof typeof QuerySemantics];

/** One question: an expression at one moment, or at each step of a span. */
export interface HistoryQuery {
  /** What is asked. */
  readonly expression: QueryExpression;
  /** First evaluation time, in milliseconds since the epoch. */
  readonly startMs: number;
  /** Last evaluation time at most, inclusive; equal to `startMs` for one moment. */
  readonly endMs: number;
  /** Distance of evaluation times in milliseconds, above 0; 0 is fine for one moment. */
  readonly stepMs: number;
  /** Default: `exact`. */
  readonly semantics?: QuerySemantics;
}

/** Why an answer knows less than was asked. */
export const HistoryGap = {
  /** The metric was not tracked; it is from now on. */
  NOT_TRACKED: 'not_tracked',
  /** No metric of that name exists, nor did within retention. */
  UNKNOWN_METRIC: 'unknown_metric',
  /** The span begins before what is kept. */
  BEFORE_RETENTION: 'before_retention',
  /** Observation began inside the span. */
  OBSERVATION_BEGAN: 'observation_began',
  /** Samples are missing inside the span. */
  INTERRUPTED: 'interrupted',
} as const;
/** Why an answer knows less than was asked. */
export type HistoryGap = (typeof HistoryGap)[keyof typeof HistoryGap];

/** The answer to a {@link HistoryQuery}. */
export interface HistoryAnswer {
  /** Series that have at least one point, ordered by labels. */
  readonly series: readonly AnsweredSeries[];
  /** Share of the asked span, windows included, that was observed: 0 … 1. */
  readonly coverage: number;
  /** Set when coverage is below 1. */
  readonly reason?: HistoryGap;
}

/** One series of an answer. Its values belong to the caller. */
export interface AnsweredSeries {
  /** Labels that are left; the metric name is not among them. */
  readonly labels: Readonly<Record<string, string>>;
  /**
   * Evaluation times that have a value, ascending, in milliseconds since the epoch. A time without value is left out.
   * Series with the same times may share the column, so do not change it.
   */
  readonly timestampsMs: Float64Array;
  /** Values; NaN only where a value really is not a number, such as 0/0. */
  readonly values: Float64Array;
  /**
   * Share of the windows of the last evaluation time in which the series was observed: 0 … 1. A series born inside the window
   * is covered: before its birth there was nothing to observe.
   */
  readonly coverage: number;
}

/** Something that remembers metrics and answers questions about their past: a local store, or a server. */
export interface HistorySource {
  /**
   * Answers questions, in order. A span that ends now includes the present value of the metrics. A metric that is asked for the
   * first time is tracked from then on, and the answer says so. Rejects only for a malformed question, or when a server
   * cannot be reached.
   */
  read(batch: readonly HistoryQuery[]): Promise<readonly HistoryAnswer[]>;
}

/** A history in this process. */
export interface LocalHistorySource extends HistorySource {
  /** As `read`, at once. Callback metrics show what they gave last. */
  readSync(batch: readonly HistoryQuery[]): readonly HistoryAnswer[];
  /** Begins to keep these metrics, so that later questions have an answer. */
  track(metrics: Iterable<string>): void;
}
