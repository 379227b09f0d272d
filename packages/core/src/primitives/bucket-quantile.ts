/**
 * Estimates a quantile from explicit buckets as Prometheus does: linear within a bucket, the first one starting at 0
 * unless its bound is not positive, and the highest finite bound for whatever lies beyond it.
 *
 * @param upperBounds - Finite upper bounds, ascending, at least one.
 * @param counts - Observations of each bucket, not cumulative, that of `+Inf` last.
 * @param quantile - From 0 to 1.
 * @returns The estimate, or NaN without observations or bounds.
 */
export function bucketQuantile(upperBounds: readonly number[], counts: ArrayLike<number>, quantile: number): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const highest = upperBounds.at(-1);
  if (total === 0 || highest === undefined) return NaN;
  const rank = quantile * total;
  let below = 0;
  for (const [index, upper] of upperBounds.entries()) {
    const count = counts[index] ?? 0;
    if (count > 0 && below + count >= rank) {
      const lower = upperBounds[index - 1] ?? Math.min(0, upper);
      return upper === lower ? upper : lower + (upper - lower) * ((rank - below) / count);
    }
    below += count;
  }
  return highest;
}
