import type { NativeHistogramBlock } from '@bduf/metrics-core/interfaces';

/** One native histogram: a row of a block. */
export interface NativeRow {
  /** Its block. */
  readonly block: NativeHistogramBlock;
  /** Its row in the block. */
  readonly row: number;
}

/** One side of zero of a block. */
export interface NativeSide {
  /** Where each row begins, one entry more than rows. */
  readonly start: Int32Array;
  /** Bucket indexes. */
  readonly indexes: Int32Array;
  /** Counts of the buckets. */
  readonly counts: Float64Array;
}

/** The positive or negative buckets of a block. */
export function sideOf(block: NativeHistogramBlock, isPositive: boolean): NativeSide {
  return isPositive
    ? { start: block.positiveStart, indexes: block.positiveIndexes, counts: block.positiveCounts }
    : { start: block.negativeStart, indexes: block.negativeIndexes, counts: block.negativeCounts };
}

/** Rows of several blocks as one block. `undefined` stands for a histogram without observations. Copied. */
export function nativeBlockOf(rows: readonly (NativeRow | undefined)[]): NativeHistogramBlock {
  const positive = gathered(rows, true);
  const negative = gathered(rows, false);
  return {
    schemas: Int8Array.from(rows, (each) => each?.block.schemas[each.row] ?? 0),
    zeroThresholds: Float64Array.from(rows, (each) => each?.block.zeroThresholds[each.row] ?? 0),
    zeroCounts: Float64Array.from(rows, (each) => each?.block.zeroCounts[each.row] ?? 0),
    positiveStart: positive.start,
    positiveIndexes: positive.indexes,
    positiveCounts: positive.counts,
    negativeStart: negative.start,
    negativeIndexes: negative.indexes,
    negativeCounts: negative.counts,
  };
}

/** Bytes of the columns of a block. */
export function nativeBytes(block: NativeHistogramBlock): number {
  return Object.values(block as Readonly<Record<keyof NativeHistogramBlock, ArrayBufferView>>).reduce(
    (sum, { byteLength }) => sum + byteLength,
    0,
  );
}

function gathered(rows: readonly (NativeRow | undefined)[], isPositive: boolean): NativeSide {
  const start = new Int32Array(rows.length + 1);
  for (const [at, each] of rows.entries()) {
    start[at + 1] = (start[at] ?? 0) + (each === undefined ? 0 : bucketsOf(each, isPositive));
  }
  const total = start[rows.length] ?? 0;
  const indexes = new Int32Array(total);
  const counts = new Float64Array(total);
  for (const [at, each] of rows.entries()) {
    if (each === undefined) continue;
    const side = sideOf(each.block, isPositive);
    const [from, to] = [side.start[each.row] ?? 0, side.start[each.row + 1] ?? 0];
    indexes.set(side.indexes.subarray(from, to), start[at]);
    counts.set(side.counts.subarray(from, to), start[at]);
  }
  return { start, indexes, counts };
}

function bucketsOf({ block, row }: NativeRow, isPositive: boolean): number {
  const { start } = sideOf(block, isPositive);
  return (start[row + 1] ?? 0) - (start[row] ?? 0);
}
