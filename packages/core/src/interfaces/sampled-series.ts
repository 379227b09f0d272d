import type { FamilyType, NativeHistogramBlock } from './metric-family.ts';
import type { HistoryGap } from './history-source.ts';
import type { SeriesSelector } from './query-expression.ts';

/**
 * The samples of one series within a span, as columns: what a store hands to the functions of core/primitives. Read-only for
 * them, and valid until the next call of the store.
 */
export interface SampledSeries {
  /** All labels; the metric name is not among them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Type of its metric. */
  readonly type: FamilyType;
  /** When the series was born, in milliseconds since the epoch; NaN when nobody knows (imported samples). */
  readonly createdMs: number;
  /**
   * Since when its metric has been observed without the loss of older samples, whether the series was there from then on or came
   * later. Before that nobody knows anything but what `createdMs` says: that it counted from 0 then.
   */
  readonly observedSinceMs: number;
  /** Times of the samples, ascending, in milliseconds since the epoch. */
  readonly timestampsMs: Float64Array;
  /** Numbers of the samples, `width` for each, as {@link MetricFamily} describes rows. */
  readonly values: Float64Array;
  /** Numbers in a sample. */
  readonly width: number;
  /** Finite upper bounds of a histogram, ascending; empty for other types. */
  readonly upperBounds: readonly number[];
  /** Native buckets, sample `r` in row `r`; undefined for others. */
  readonly native?: NativeHistogramBlock | undefined;
  /**
   * Samples before which the series was reset, ascending indexes. `undefined` when nobody knows, so that a decrease must be
   * taken for a reset.
   */
  readonly resets?: Int32Array | undefined;
  /**
   * Samples before which observation was interrupted (a gap that is not one of the usual distance between samples), and
   * samples that end the series (it was removed): ascending indexes of the first sample after the gap, `timestampsMs.length`
   * for the end. The last value is not carried over a gap.
   */
  readonly gaps: Int32Array;
  /** What each sample stands for, when it stands for several: a downsampled tier. `values` then holds the last of each cell. */
  readonly cells?: SampleCells | undefined;
}

/**
 * Statistics of the samples that a downsampled sample stands for, one entry for each. They merge without loss. Those of values are
 * of the value of a sample, which is the number of observations of a histogram or summary.
 */
export interface SampleCells {
  /** Number of samples. */
  readonly counts: Float64Array;
  /** Sum of the values. */
  readonly sums: Float64Array;
  /** Least value; NaN when all are. */
  readonly mins: Float64Array;
  /** Greatest value; NaN when all are. */
  readonly maxs: Float64Array;
  /** Sum of squared distances from the mean (Chan, Golub, LeVeque 1983). */
  readonly squares: Float64Array;
  /**
   * Increase from the last value of the cell before to the last of this one, resets taken into account: `width` numbers for each
   * cell, as in `values`. In the first cell of a series it counts from 0 when the series was born in it, else from its first
   * sample.
   */
  readonly increases: Float64Array;
  /** Number of resets. */
  readonly resets: Float64Array;
}

/** Since when a metric is known, and why not before. */
export interface MetricObservation {
  /** Milliseconds since the epoch; `Infinity` for a metric that is not observed at all. */
  readonly sinceMs: number;
  /** Why nothing is known before that. */
  readonly reason: HistoryGap;
}

/** Something that has samples. */
export interface SampleReader {
  /**
   * The series that a selector means, with at least all samples in `(fromMs, toMs]` and the last one before, if any, so that a
   * value can be carried into the span. Further samples do no harm.
   */
  select(selector: SeriesSelector, fromMs: number, toMs: number): Iterable<SampledSeries>;
  /**
   * Since when a metric is known: tells metrics that no series happened to match from those that nobody observes. A reader
   * without it answers as if a metric without series were unknown.
   */
  observation?(metric: string): MetricObservation;
}
