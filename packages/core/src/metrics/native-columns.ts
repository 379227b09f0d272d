import type { NativeHistogramBlock } from '../interfaces/metric-family.ts';
import type { BucketCounts, BucketVisits } from '../primitives/exponential-buckets.ts';

/** What a row of native columns is made of. */
export interface NativeCounts extends BucketCounts {
  /** Width of the zero bucket. */
  readonly zeroThreshold: number;
}

/** Reads the native buckets of consecutive rows as compressed sparse rows. */
export function nativeColumns(sketches: readonly NativeCounts[]): NativeHistogramBlock {
  const positive = sparseRows(sketches.map((sketch) => sketch.positive));
  const negative = sparseRows(sketches.map((sketch) => sketch.negative));
  return {
    schemas: Int8Array.from(sketches, (sketch) => sketch.schema),
    zeroThresholds: Float64Array.from(sketches, (sketch) => sketch.zeroThreshold),
    zeroCounts: Float64Array.from(sketches, (sketch) => sketch.zeroCount),
    positiveStart: positive.start,
    positiveIndexes: positive.indexes,
    positiveCounts: positive.counts,
    negativeStart: negative.start,
    negativeIndexes: negative.indexes,
    negativeCounts: negative.counts,
  };
}

interface SparseRows {
  readonly start: Int32Array;
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
}

function sparseRows(ranges: readonly BucketVisits[]): SparseRows {
  const start = new Int32Array(ranges.length + 1);
  const indexes: number[] = [];
  const counts: number[] = [];
  ranges.forEach((range, row) => {
    range.forEach((index, count) => {
      indexes.push(index);
      counts.push(count);
    });
    start[row + 1] = indexes.length;
  });
  return { start, indexes: Int32Array.from(indexes), counts: Float64Array.from(counts) };
}
