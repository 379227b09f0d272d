import type { FamilyType, NativeHistogramBlock } from './metric-family.ts';
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
  /** Since when it has been observed; samples before that are not lost but never were. */
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
  readonly native?: NativeHistogramBlock;
  /**
   * Samples before which the series was reset, ascending indexes. `undefined` when nobody knows, so that a decrease must be
   * taken for a reset.
   */
  readonly resets?: Int32Array;
  /**
   * Samples before which observation was interrupted (a gap that is not one of the usual distance between samples), and
   * samples that end the series (it was removed): ascending indexes of the first sample after the gap, `timestampsMs.length`
   * for the end. The last value is not carried over a gap.
   */
  readonly gaps: Int32Array;
  /** What each sample stands for, when it stands for several: a downsampled tier. `values` then holds the last of each cell. */
  readonly cells?: SampleCells;
}

/** Statistics of the samples that a downsampled sample stands for, one entry for each. They merge without loss. */
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
  /** Increase from the last value of the cell before to the last of this one, resets taken into account. */
  readonly increases: Float64Array;
  /** Number of resets. */
  readonly resets: Float64Array;
}

/** Something that has samples. */
export interface SampleReader {
  /**
   * The series that a selector means, with all samples in `(fromMs, toMs]` and the last one before, if any, so that a value
   * can be carried into the span.
   */
  select(selector: SeriesSelector, fromMs: number, toMs: number): Iterable<SampledSeries>;
}
