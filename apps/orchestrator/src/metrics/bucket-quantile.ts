/**
 * Estimates a quantile from the counts of a histogram, as Prometheus does: observations are spread evenly within their
 * bucket, and beyond the last bound it is that bound.
 *
 * @param counts - Count of each bucket, not cumulative, `+Inf` last.
 * @param upperBounds - Finite bounds, ascending.
 * @param quantile - From 0 to 1.
 * @returns NaN without observations.
 */
export function bucketQuantile(counts: readonly number[], upperBounds: readonly number[], quantile: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return NaN;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    const upper = upperBounds[index];
    if (upper === undefined) break;
    if (count > 0 && below + count >= rank) {
      const lower = upperBounds[index - 1] ?? 0;
      return lower + (upper - lower) * ((rank - below) / count);
    }
    below += count;
  }
  return upperBounds.at(-1) ?? NaN;
}
