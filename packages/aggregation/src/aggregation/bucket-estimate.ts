import { bucketQuantile } from '@bduf/metrics-core/primitives';

/** An estimate, and how far it may be off. */
export interface PercentileEstimate {
  /** NaN when it is unknown. */
  readonly value: number;
  /** Bound of the difference to the true one, relative to that; `null` when there is none. */
  readonly relativeError: number | null;
}

/** Nothing is known. */
const UNKNOWN: PercentileEstimate = { value: NaN, relativeError: null };

/**
 * A quantile from explicit buckets, linear within the bucket that holds it. The true one is anywhere in that bucket.
 *
 * @param upperBounds - Finite upper bounds, ascending.
 * @param counts - Observations of each bucket, not cumulative, that of `+Inf` last.
 */
export function estimateFromBuckets(
  upperBounds: readonly number[],
  counts: readonly number[],
  quantile: number,
): PercentileEstimate {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const rank = rankOf(quantile, total);
  let seen = 0;
  const bucket = counts.findIndex((count) => {
    seen += count;
    return seen >= rank;
  });
  const value = bucketQuantile(upperBounds, counts, quantile);
  if (!(total > 0)) return UNKNOWN;
  const upper = upperBounds[bucket];
  const lower = upperBounds[bucket - 1];
  if (upper === undefined || lower === undefined) return { value, relativeError: null };
  return { value, relativeError: errorBound(value, lower, upper) };
}

/** How far a value may be from any other within bounds, relative to the other; `null` when that may be 0. */
function errorBound(value: number, lower: number, upper: number): number | null {
  if (lower <= 0 && upper >= 0) return null;
  return Math.max(Math.abs(value - lower) / Math.abs(lower), Math.abs(upper - value) / Math.abs(upper));
}

/** What is so close to a whole number is one: products and logarithms round. */
const ROUNDING = 1e-9;

/**
 * Which observation a quantile is, counted from 1: the least one that at least such a share of all is not above.
 *
 * @param total - Number of observations.
 */
export function rankOf(quantile: number, total: number): number {
  return Math.max(1, Math.ceil(quantile * total - ROUNDING));
}

/**
 * A quantile from buckets that grow by a constant factor: the middle, by logarithm, of the bucket that holds it, so that the true one
 * is never farther away than half a bucket. With resolution 5, that are 1.09 %.
 *
 * @param interpolated - Any value of that bucket.
 * @param schema - Resolution.
 */
export function estimateFromSketch(interpolated: number, schema: number): PercentileEstimate {
  if (Number.isNaN(interpolated)) return UNKNOWN;
  const perOctave = 2 ** schema;
  const relativeError = 2 ** (0.5 / perOctave) - 1;
  if (interpolated === 0 || !Number.isFinite(interpolated)) return { value: interpolated, relativeError };
  const bucket = Math.ceil(Math.log2(Math.abs(interpolated)) * perOctave - ROUNDING);
  return { value: Math.sign(interpolated) * 2 ** ((bucket - 0.5) / perOctave), relativeError };
}
