import type { SampleCells, SampledSeries } from '../../interfaces/sampled-series.ts';

/** What is known of a column beside its numbers. */
export interface SampleColumnParts {
  /** Samples before which the number began again from 0, ascending; found by decreases when undefined. */
  readonly resets: ArrayLike<number> | undefined;
  /** What each sample stands for, in a downsampled tier. */
  readonly cells: SampleCells | undefined;
  /** Increase of the number in each cell, in a downsampled tier. */
  readonly increases: Float64Array | undefined;
}

/** One number of each sample of a series: what window functions work on. */
export class SampleColumn {
  /** The series it belongs to. */
  readonly series: SampledSeries;
  /** Times of the samples, ascending, in milliseconds since the epoch. */
  readonly timestampsMs: Float64Array;
  /** The numbers. */
  readonly values: Float64Array;
  /** What each sample stands for, in a downsampled tier. */
  readonly cells: SampleCells | undefined;
  /** Increase of the number in each cell, in a downsampled tier. */
  readonly increases: Float64Array | undefined;
  #resets: ArrayLike<number> | undefined;
  /** `null` when the sums cannot be told without rounding. */
  #sums: Float64Array | null | undefined;

  constructor(series: SampledSeries, values: Float64Array, { resets, cells, increases }: SampleColumnParts) {
    this.series = series;
    this.timestampsMs = series.timestampsMs;
    this.values = values;
    this.cells = cells;
    this.increases = increases;
    this.#resets = resets;
  }

  /** Number of samples. */
  get length(): number {
    return this.timestampsMs.length;
  }

  /** Samples before which the number began again from 0, ascending. */
  get resets(): ArrayLike<number> {
    this.#resets ??= decreases(this.values);
    return this.#resets;
  }

  /**
   * Sums of the first 0, 1, 2 … samples, if they are integers and small enough for that to be exact; `undefined` otherwise.
   * Whoever adds up many windows need not add each number again and again.
   */
  get exactSums(): Float64Array | undefined {
    if (this.#sums === undefined) this.#sums = exactSums(this.values) ?? null;
    return this.#sums ?? undefined;
  }
}

const NONE: readonly number[] = [];

/** Indexes of the values that are less than the one before. */
function decreases(values: Float64Array): readonly number[] {
  let found: number[] | undefined;
  let before = values[0] ?? NaN;
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? NaN;
    if (value < before) (found ??= []).push(index);
    before = value;
  }
  return found ?? NONE;
}

function exactSums(values: Float64Array): Float64Array | undefined {
  const sums = new Float64Array(values.length + 1);
  let sum = 0;
  let size = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? NaN;
    size += Math.abs(value);
    if (!Number.isInteger(value) || size > Number.MAX_SAFE_INTEGER) return undefined;
    sum += value;
    sums[index + 1] = sum;
  }
  return sums;
}
