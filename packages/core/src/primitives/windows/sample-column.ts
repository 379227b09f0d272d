import type { SampleCells, SampledSeries } from '../../interfaces/sampled-series.ts';

/** One number of each sample of a series: what window functions work on. */
export interface SampleColumn {
  /** The series it belongs to. */
  readonly series: SampledSeries;
  /** Times of the samples, ascending, in milliseconds since the epoch. */
  readonly timestampsMs: Float64Array;
  /** The numbers. */
  readonly values: Float64Array;
  /** Number of samples. */
  readonly length: number;
  /** Samples before which the number began again from 0, ascending. */
  readonly resets: ArrayLike<number>;
  /** What each sample stands for, in a downsampled tier. */
  readonly cells: SampleCells | undefined;
  /** Increase of the number in each cell, in a downsampled tier. */
  readonly increases: Float64Array | undefined;
}

const NONE: readonly number[] = [];

/** Indexes of the values that are less than the one before. */
export function decreases(values: Float64Array): readonly number[] {
  let found: number[] | undefined;
  let before = values[0] ?? NaN;
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (value < before) (found ??= []).push(index);
    before = value;
  }
  return found ?? NONE;
}
