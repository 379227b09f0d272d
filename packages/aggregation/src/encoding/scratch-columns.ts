/** Columns that are used within one call and then again by the next, so that encoding allocates nothing. */
let integers = new Float64Array(256);
let scaled = new Float64Array(256);

/** For differences of integers. */
export function integerScratch(count: number): Float64Array {
  if (integers.length < count) integers = new Float64Array(2 * count);
  return integers;
}

/** For decimals times a power of ten, or halves of doubles. */
export function scaledScratch(count: number): Float64Array {
  if (scaled.length < count) scaled = new Float64Array(2 * count);
  return scaled;
}
