import type { NativeHistogramBlock } from '../../interfaces/metric-family.ts';
import type { BucketCounts } from '../../primitives/exponential-buckets.ts';

/** Whether a row of native columns has observations. */
export function hasBuckets(columns: NativeHistogramBlock, row: number): boolean {
  return (
    (columns.zeroCounts[row] ?? 0) !== 0 ||
    columns.positiveStart[row] !== columns.positiveStart[row + 1] ||
    columns.negativeStart[row] !== columns.negativeStart[row + 1]
  );
}

/** One row of native columns, as what a sketch can take over. */
export function bucketsOfRow(columns: NativeHistogramBlock, row: number): BucketCounts {
  const { schemas, zeroCounts, positiveStart, positiveIndexes, positiveCounts } = columns;
  return {
    schema: schemas[row] ?? 0,
    zeroCount: zeroCounts[row] ?? 0,
    positive: { forEach: (visit) => visitRow(row, positiveStart, positiveIndexes, positiveCounts, visit) },
    negative: {
      forEach: (visit) => visitRow(row, columns.negativeStart, columns.negativeIndexes, columns.negativeCounts, visit),
    },
  };
}

function visitRow(
  row: number,
  start: Int32Array,
  indexes: Int32Array,
  counts: Float64Array,
  visit: (index: number, count: number) => void,
): void {
  const end = start[row + 1] ?? 0;
  for (let at = start[row] ?? 0; at < end; at++) visit(indexes[at] ?? 0, counts[at] ?? 0);
}
