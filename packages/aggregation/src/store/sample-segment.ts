import type { RowBuffer } from './row-buffer.ts';

/** Consecutive ticks of a metric with the samples of all its series. */
export interface SampleSegment {
  /** Times of the ticks, ascending; always the same object. */
  readonly timestampsMs: Float64Array;
  /** Time of the first tick. */
  readonly firstMs: number;
  /** Time of the last tick. */
  readonly lastMs: number;
  /** Whether samples have native histograms. */
  readonly isNative: boolean;
  /** Reads the samples of the series in a slot; none when it has no sample in the segment. */
  read(slot: number, rows: RowBuffer): void;
}
