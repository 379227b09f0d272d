/** Index of the bucket that takes over a bucket when resolution is halved `steps` times. */
export function scaledIndex(index: number, steps: number): number {
  // Ceiling division, since the upper bound is inclusive: buckets 2i-1 and 2i merge into i.
  return (index + (1 << steps) - 1) >> steps;
}
