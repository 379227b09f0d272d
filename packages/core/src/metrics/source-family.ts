import type { GaugeAggregation } from '../interfaces/gauge-aggregation.ts';
import type { NativeHistogramOptions } from '../interfaces/metric-definition.ts';
import type { MetricFamily, NativeHistogramBlock } from '../interfaces/metric-family.ts';

/** The family of one worker, together with what is needed to make one family of several workers' ones. */
export interface SourceFamily {
  readonly family: MetricFamily;
  readonly rules: MergeRules;
  /** For each block of the family. */
  readonly details: readonly BlockDetails[];
}

/** What the definition of a metric says about merging. */
export interface MergeRules {
  /** Of gauges; others ignore it. */
  readonly aggregation: GaugeAggregation;
  readonly native: Required<NativeHistogramOptions> | undefined;
  /** How long a series stays that no living worker has, in milliseconds; `Infinity` for ever. */
  readonly ttlMs: number;
  /** Most series that are kept of workers that exited. */
  readonly maxSeries: number;
  /** Whether a callback states the values, so that a series that comes back does not begin at zero. */
  readonly isCollected: boolean;
  /** Length of a slice of a summary's window, in milliseconds. */
  readonly sliceMs: number;
}

/** What a block of a family does not say. */
export interface BlockDetails {
  /**
   * Of gauges of which only one worker's value counts: 0 for each row that was never written, else what decides which one
   * is the most recent.
   */
  readonly marks: Float64Array | undefined;
  /** Slices of a summary's window, in any order; empty for other types. */
  readonly windows: readonly WindowSlice[];
}

/** The observations of one slice of time, of all rows of a block. */
export interface WindowSlice {
  /** When they leave the window, in milliseconds since the epoch. */
  readonly endMs: number;
  readonly buckets: NativeHistogramBlock;
}
