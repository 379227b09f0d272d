import type { NativeHistogramBlock } from '@bduf/metrics-core/interfaces';
import type { OtelExponentialBuckets, OtelExponentialHistogram } from './otel-metric-data.ts';

/** The native buckets of a row as OpenTelemetry has them: the same bounds, numbered one lower. */
export function exponentialHistogram(
  native: NativeHistogramBlock,
  row: number,
  { count, sum }: { readonly count: number; readonly sum: number },
): OtelExponentialHistogram {
  const { positiveStart, positiveIndexes, positiveCounts, negativeStart, negativeIndexes, negativeCounts } = native;
  return {
    count,
    sum,
    scale: native.schemas[row] ?? 0,
    zeroCount: native.zeroCounts[row] ?? 0,
    positive: dense(ofRow(positiveIndexes, positiveStart, row), ofRow(positiveCounts, positiveStart, row)),
    negative: dense(ofRow(negativeIndexes, negativeStart, row), ofRow(negativeCounts, negativeStart, row)),
  };
}

function ofRow<Column extends Int32Array | Float64Array>(column: Column, start: Int32Array, row: number): Column {
  // A part of a column is a column of the same kind.
  return column.subarray(start[row], start[row + 1]) as Column;
}

function dense(indexes: Int32Array, counts: Float64Array): OtelExponentialBuckets {
  const first = indexes[0];
  const last = indexes.at(-1);
  if (first === undefined || last === undefined) return { offset: 0, bucketCounts: [] };
  const bucketCounts = Array.from({ length: last - first + 1 }, () => 0);
  for (const [at, index] of indexes.entries()) bucketCounts[index - first] = counts[at] ?? 0;
  return { offset: first - 1, bucketCounts };
}
