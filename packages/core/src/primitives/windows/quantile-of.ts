/**
 * Quantile of values, between two of them linearly, as Prometheus works it out: rank `q · (n - 1)`. NaN counts as least.
 *
 * @param quantile - Below 0 gives -Infinity, above 1 Infinity.
 * @param values - At least one; sorted in place.
 */
export function quantileOf(quantile: number, values: Float64Array): number {
  if (Number.isNaN(quantile)) return NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  values.sort();
  const count = values.length;
  // Sorting puts NaN last.
  let missing = 0;
  while (missing < count && Number.isNaN(values[count - 1 - missing])) missing++;
  const rank = quantile * (count - 1);
  const below = Math.floor(rank);
  const share = rank - below;
  const at = (place: number): number => (place < missing ? NaN : (values[place - missing] ?? NaN));
  return at(below) * (1 - share) + at(Math.min(count - 1, below + 1)) * share;
}
