/**
 * A value that stands for the observations of each bucket: its middle. The first bucket begins at 0, or, when its bound is
 * not above 0, at its bound; what is beyond the last bound counts as that bound.
 *
 * @param upperBounds - Finite upper bounds, ascending.
 * @returns One value for each bucket, that of `+Inf` last; 0 for the only bucket of a histogram without bounds.
 */
export function bucketMiddles(upperBounds: readonly number[]): readonly number[] {
  const middles = upperBounds.map((upper, index) => {
    const lower = upperBounds[index - 1] ?? Math.min(0, upper);
    return (lower + upper) / 2;
  });
  return [...middles, upperBounds.at(-1) ?? 0];
}
