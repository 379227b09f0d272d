import type { NativeHistogramBlock } from '@bduf/metrics-core/interfaces';

/** The native buckets of a row, as JSON: resolution, zero bucket, and `[index, count]` pairs of each side. */
export function nativeHistogramJson(native: NativeHistogramBlock, row: number): string {
  return JSON.stringify({
    schema: native.schemas[row],
    zeroThreshold: native.zeroThresholds[row],
    zeroCount: native.zeroCounts[row],
    positive: bucketPairs(native.positiveStart, native.positiveIndexes, native.positiveCounts, row),
    negative: bucketPairs(native.negativeStart, native.negativeIndexes, native.negativeCounts, row),
  });
}

function bucketPairs(
  starts: Int32Array,
  indexes: Int32Array,
  counts: Float64Array,
  row: number,
): readonly (readonly [index: number, count: number])[] {
  const start = starts[row] ?? 0;
  const end = starts[row + 1] ?? start;
  return Array.from(indexes.subarray(start, end), (index, i) => [index, counts[start + i] ?? 0] as const);
}
