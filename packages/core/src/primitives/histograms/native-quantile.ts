import type { NativeHistogram } from './native-histogram.ts';
import { bucketBound } from './sparse-buckets.ts';

/** A bucket by its bounds, on either side of zero. */
interface Bucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/**
 * Quantile of a native histogram as Prometheus estimates it: within a bucket on a logarithmic scale, within the zero bucket
 * linearly.
 *
 * @param quantile - From 0 to 1.
 * @returns NaN without observations, or when the quantile lies among observations that were NaN.
 */
export function nativeQuantile(histogram: NativeHistogram, quantile: number): number {
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const { count: total } = histogram;
  if (total === 0 || Number.isNaN(quantile)) return NaN;
  // Ranks are counted from the nearer end, unless observations that were NaN are missing at the upper one.
  const isForward = Number.isNaN(histogram.sum) || quantile < 0.5;
  const buckets = bucketsOf(histogram);
  if (!isForward) buckets.reverse();
  const rank = (isForward ? quantile : 1 - quantile) * total;
  let count = 0;
  let bucket: Bucket = { lower: 0, upper: 0, count: 0 };
  for (bucket of buckets) {
    count += bucket.count;
    if (count >= rank) break;
  }
  count = Math.min(count, total);
  if (count < rank) return Number.isNaN(histogram.sum) ? NaN : bucket.upper;
  const rankInside = isForward ? rank - (count - bucket.count) : count - rank;
  return valueInside(bucket, rankInside / bucket.count);
}

/**
 * Share of the observations of a native histogram between two values, interpolated as for quantiles.
 *
 * @param range - `lower` and `upper` value.
 * @returns NaN without observations.
 */
export function nativeFraction(
  histogram: NativeHistogram,
  range: { readonly lower: number; readonly upper: number },
): number {
  const { lower, upper } = range;
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  const buckets = bucketsOf(histogram);
  const inBuckets = buckets.reduce((sum, { count }) => sum + count, 0);
  const all = Number.isNaN(histogram.sum) ? inBuckets : histogram.count;
  return (rankOf(buckets, upper, all) - rankOf(buckets, lower, all)) / histogram.count;
}

/** Observations up to a value, at most `all`. */
function rankOf(buckets: readonly Bucket[], value: number, all: number): number {
  let below = 0;
  for (const bucket of buckets) {
    if (bucket.lower >= value) return Math.min(below, all);
    if (bucket.upper > value) return Math.min(below + bucket.count * shareBelow(bucket, value), all);
    below += bucket.count;
  }
  return all;
}

function shareBelow({ lower, upper }: Bucket, value: number): number {
  if (lower <= 0 && upper >= 0) return (value - lower) / (upper - lower);
  const [from, to, at] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper)), Math.log2(Math.abs(value))];
  return value > 0 ? (at - from) / (to - from) : 1 - (at - to) / (from - to);
}

function valueInside({ lower, upper }: Bucket, share: number): number {
  if (lower <= 0 && upper >= 0) return lower + (upper - lower) * share;
  const [from, to] = [Math.log2(Math.abs(lower)), Math.log2(Math.abs(upper))];
  return lower > 0 ? 2 ** (from + (to - from) * share) : -(2 ** (to + (from - to) * (1 - share)));
}

/** The buckets that hold something, ascending. Bounds do not reach into the zero bucket. */
function bucketsOf({ schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram): Bucket[] {
  const buckets: Bucket[] = [];
  for (let at = negative.indexes.length - 1; at >= 0; at--) {
    const [lower, upper] = boundsOf(negative.indexes[at] ?? 0, schema, zeroThreshold);
    buckets.push({ lower: -upper, upper: -lower, count: negative.counts[at] ?? 0 });
  }
  if (zeroCount > 0) {
    // With values on one side only, zero is the natural end of the zero bucket.
    const hasOnlyPositive = negative.indexes.length === 0 && positive.indexes.length > 0;
    const hasOnlyNegative = positive.indexes.length === 0 && negative.indexes.length > 0;
    buckets.push({
      lower: hasOnlyPositive ? 0 : -zeroThreshold,
      upper: hasOnlyNegative ? 0 : zeroThreshold,
      count: zeroCount,
    });
  }
  for (const [at, index] of positive.indexes.entries()) {
    const [lower, upper] = boundsOf(index, schema, zeroThreshold);
    buckets.push({ lower, upper, count: positive.counts[at] ?? 0 });
  }
  return buckets.filter(({ count }) => count !== 0);
}

function boundsOf(index: number, schema: number, zeroThreshold: number): readonly [lower: number, upper: number] {
  const lower = bucketBound(index - 1, schema);
  return [lower > 0 && lower < zeroThreshold ? zeroThreshold : lower, bucketBound(index, schema)];
}
