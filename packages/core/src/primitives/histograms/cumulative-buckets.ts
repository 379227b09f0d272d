/** Relative differences of successive counts below this are taken for rounding errors. */
const SMALL_DIFFERENCE = 1e-12;
const LEAST_NORMAL = 2.2250738585072014e-308;

/**
 * Quantile of a classic histogram as Prometheus estimates it: linear within a bucket, the first one starting at 0 unless its
 * bound is not positive, the highest finite bound for whatever lies beyond it.
 *
 * @param bounds - Upper bounds, ascending, +Infinity last.
 * @param counts - Cumulative counts. Changed: counts that fall from one bucket to the next are raised.
 * @param quantile - From 0 to 1.
 * @returns NaN without observations, without finite bounds, or without the bound +Infinity.
 */
export function cumulativeQuantile(bounds: readonly number[], counts: Float64Array, quantile: number): number {
  if (Number.isNaN(quantile)) return NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const last = bounds.length - 1;
  if (last < 1 || bounds[last] !== Infinity) return NaN;
  makeMonotonic(counts);
  const total = counts[last] ?? NaN;
  if (total === 0) return NaN;
  const rank = quantile * total;
  const bucket = firstReaching(counts, rank, last);
  const upper = bounds[bucket] ?? NaN;
  if (bucket === last) return bounds[last - 1] ?? NaN;
  if (bucket === 0 && upper <= 0) return upper;
  const lower = bucket === 0 ? 0 : (bounds[bucket - 1] ?? NaN);
  const below = bucket === 0 ? 0 : (counts[bucket - 1] ?? NaN);
  return lower + (upper - lower) * ((rank - below) / ((counts[bucket] ?? NaN) - below));
}

/**
 * Share of the observations of a classic histogram between two values, linear within a bucket, as Prometheus estimates it.
 *
 * @param bounds - Upper bounds, ascending, +Infinity last.
 * @param counts - Cumulative counts.
 * @param range - `lower` and `upper` value.
 * @returns NaN without observations or without the bound +Infinity.
 */
export function cumulativeFraction(
  bounds: readonly number[],
  counts: Float64Array,
  range: { readonly lower: number; readonly upper: number },
): number {
  const { lower, upper } = range;
  const total = counts[bounds.length - 1] ?? NaN;
  if (bounds.at(-1) !== Infinity || total === 0 || Number.isNaN(lower) || Number.isNaN(upper)) return NaN;
  if (lower >= upper) return 0;
  return (rankOf(bounds, counts, upper) - rankOf(bounds, counts, lower)) / total;
}

/** Number of observations up to a value, at most all. */
function rankOf(bounds: readonly number[], counts: Float64Array, value: number): number {
  const total = counts[bounds.length - 1] ?? NaN;
  let lower = -Infinity;
  let below = 0;
  for (const [index, upper] of bounds.entries()) {
    const count = counts[index] ?? NaN;
    if (lower >= value) return Math.min(below, total);
    if (upper > value) return Math.min(below + ((count - below) * (value - lower)) / (upper - lower), total);
    lower = upper;
    below = count;
  }
  return total;
}

/** The first bucket whose cumulative count reaches a rank, the last one at the latest. */
function firstReaching(counts: Float64Array, rank: number, last: number): number {
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((counts[middle] ?? NaN) >= rank) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Cumulative counts of samples from different moments, or of rounded rates, may fall: then the one before is kept. */
function makeMonotonic(counts: Float64Array): void {
  let before = counts[0] ?? NaN;
  for (let index = 1; index < counts.length; index++) {
    const count = counts[index] ?? NaN;
    if (count === before) continue;
    if (isNearly(before, count) || count < before) counts[index] = before;
    else before = count;
  }
}

function isNearly(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  const difference = Math.abs(a - b);
  const size = Math.abs(a) + Math.abs(b);
  if (a === 0 || b === 0 || size < LEAST_NORMAL) return difference < SMALL_DIFFERENCE * LEAST_NORMAL;
  return difference / Math.min(size, Number.MAX_VALUE) < SMALL_DIFFERENCE;
}
