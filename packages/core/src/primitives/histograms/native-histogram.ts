import type { NativeHistogramBlock } from '../../interfaces/metric-family.ts';
import {
  NO_BUCKETS,
  type SparseBuckets,
  bucketBound,
  bucketsAbove,
  coarsenBuckets,
  combineBuckets,
  divideBuckets,
  hasDecrease,
  scaleBuckets,
} from './sparse-buckets.ts';

/** A native histogram as a value that queries calculate with. Never changed. */
export interface NativeHistogram {
  /** Resolution. */
  readonly schema: number;
  /** Absolute values up to this are in the zero bucket. */
  readonly zeroThreshold: number;
  /** Observations in the zero bucket. */
  readonly zeroCount: number;
  /** All observations. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
  /** Buckets of positive values. */
  readonly positive: SparseBuckets;
  /** Buckets of negative values, by absolute value. */
  readonly negative: SparseBuckets;
}

/** Reads a row of a block. Count and sum of the observations are not part of it. */
export function nativeHistogram(
  block: NativeHistogramBlock,
  row: number,
  { count, sum }: { readonly count: number; readonly sum: number },
): NativeHistogram {
  const { positiveStart, positiveIndexes, positiveCounts, negativeStart, negativeIndexes, negativeCounts } = block;
  return {
    schema: block.schemas[row] ?? 0,
    zeroThreshold: block.zeroThresholds[row] ?? 0,
    zeroCount: block.zeroCounts[row] ?? 0,
    count,
    sum,
    positive: readBuckets(positiveIndexes, positiveCounts, positiveStart, row),
    negative: readBuckets(negativeIndexes, negativeCounts, negativeStart, row),
  };
}

/** `a + b`, at the coarser of both resolutions and with the wider of both zero buckets. */
export function addNative(a: NativeHistogram, b: NativeHistogram): NativeHistogram {
  return combine(a, b, 1);
}

/** `a - b`, likewise. */
export function subtractNative(a: NativeHistogram, b: NativeHistogram): NativeHistogram {
  return combine(a, b, -1);
}

/** Every number multiplied. */
export function scaleNative(histogram: NativeHistogram, factor: number): NativeHistogram {
  const { zeroCount, count, sum, positive, negative } = histogram;
  return {
    ...histogram,
    zeroCount: zeroCount * factor,
    count: count * factor,
    sum: sum * factor,
    positive: scaleBuckets(positive, factor),
    negative: scaleBuckets(negative, factor),
  };
}

/** Every number divided. */
export function divideNative(histogram: NativeHistogram, divisor: number): NativeHistogram {
  const { zeroCount, count, sum, positive, negative } = histogram;
  return {
    ...histogram,
    zeroCount: zeroCount / divisor,
    count: count / divisor,
    sum: sum / divisor,
    positive: divideBuckets(positive, divisor),
    negative: divideBuckets(negative, divisor),
  };
}

/** The same at a coarser resolution; itself when it is as coarse. */
export function coarsenNative(histogram: NativeHistogram, schema: number): NativeHistogram {
  const levels = histogram.schema - schema;
  if (levels <= 0) return histogram;
  return {
    ...histogram,
    schema,
    positive: coarsenBuckets(histogram.positive, levels),
    negative: coarsenBuckets(histogram.negative, levels),
  };
}

/** Without observations, in the layout of another one. */
export function emptyLike({ schema }: NativeHistogram): NativeHistogram {
  return { schema, zeroThreshold: 0, zeroCount: 0, count: 0, sum: 0, positive: NO_BUCKETS, negative: NO_BUCKETS };
}

/**
 * Whether a histogram must have begun again between two samples: fewer observations in all or in a bucket, or a layout that only
 * a new histogram can have.
 */
export function wasReset(before: NativeHistogram, after: NativeHistogram): boolean {
  if (after.count < before.count || after.schema > before.schema || after.zeroThreshold < before.zeroThreshold)
    return true;
  const widened = widenZero(before, after.zeroThreshold);
  if (widened.zeroThreshold !== after.zeroThreshold || after.zeroCount < widened.zeroCount) return true;
  const levels = before.schema - after.schema;
  const comparable = (buckets: SparseBuckets, given: number): SparseBuckets =>
    bucketsAbove(coarsenBuckets(buckets, given), after.schema, after.zeroThreshold);
  return (
    hasDecrease(comparable(before.positive, levels), comparable(after.positive, 0)) ||
    hasDecrease(comparable(before.negative, levels), comparable(after.negative, 0))
  );
}

function combine(a: NativeHistogram, b: NativeHistogram, factor: 1 | -1): NativeHistogram {
  const [left, right] = withSameZero(a, b);
  const schema = Math.min(a.schema, b.schema);
  const side = (name: 'positive' | 'negative'): SparseBuckets =>
    combineBuckets(
      coarsenBuckets(left[name], a.schema - schema),
      bucketsAbove(coarsenBuckets(right[name], b.schema - schema), schema, left.zeroThreshold),
      factor,
    );
  return {
    schema,
    zeroThreshold: left.zeroThreshold,
    zeroCount: left.zeroCount + factor * right.zeroCount,
    count: a.count + factor * b.count,
    sum: a.sum + factor * b.sum,
    positive: side('positive'),
    negative: side('negative'),
  };
}

/** Both with the same zero bucket. Widening one may take in a whole bucket, after which the other must follow. */
function withSameZero(a: NativeHistogram, b: NativeHistogram): readonly [NativeHistogram, NativeHistogram] {
  let [left, right] = [a, b];
  while (left.zeroThreshold !== right.zeroThreshold) {
    if (left.zeroThreshold > right.zeroThreshold) right = widenZero(right, left.zeroThreshold);
    else left = widenZero(left, right.zeroThreshold);
  }
  return [left, right];
}

/** Moves the buckets up to a threshold into the zero bucket; a bucket that it would cut moves as a whole. */
function widenZero(histogram: NativeHistogram, threshold: number): NativeHistogram {
  if (threshold <= histogram.zeroThreshold) return histogram;
  const { schema, positive, negative } = histogram;
  let wider = threshold;
  for (let before = NaN; wider !== before;) {
    before = wider;
    wider = Math.max(endOfCut(positive, schema, wider), endOfCut(negative, schema, wider));
  }
  return {
    ...histogram,
    zeroThreshold: wider,
    zeroCount: histogram.zeroCount + countBelow(positive, schema, wider) + countBelow(negative, schema, wider),
    positive: bucketsAbove(positive, schema, wider),
    negative: bucketsAbove(negative, schema, wider),
  };
}

/** The upper bound of the bucket that a threshold cuts and that holds something; else the threshold. */
function endOfCut({ indexes, counts }: SparseBuckets, schema: number, threshold: number): number {
  const at = indexes.findIndex((index) => bucketBound(index, schema) > threshold);
  const index = indexes[at];
  if (index === undefined || counts[at] === 0 || bucketBound(index - 1, schema) >= threshold) return threshold;
  return bucketBound(index, schema);
}

function countBelow({ indexes, counts }: SparseBuckets, schema: number, threshold: number): number {
  let sum = 0;
  for (const [at, index] of indexes.entries()) {
    if (bucketBound(index, schema) > threshold) break;
    sum += counts[at] ?? 0;
  }
  return sum;
}

function readBuckets(indexes: Int32Array, counts: Float64Array, start: Int32Array, row: number): SparseBuckets {
  const [from, to] = [start[row] ?? 0, start[row + 1] ?? 0];
  if (from === to) return NO_BUCKETS;
  return { indexes: Array.from(indexes.subarray(from, to)), counts: Array.from(counts.subarray(from, to)) };
}
