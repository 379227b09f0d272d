/** Up to this many values, insertion is faster than the sort of typed arrays. */
const FEW = 64;

let scratch = new Float64Array(FEW);

/**
 * Quantile of values, between two of them linearly, as Prometheus works it out: rank `q · (n - 1)`. NaN counts as least.
 *
 * @param quantile - Below 0 gives -Infinity, above 1 Infinity.
 * @param values - At least one.
 */
export function quantileOf(quantile: number, values: Float64Array): number {
  if (Number.isNaN(quantile)) return NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const sorted = sortedCopy(values);
  const count = values.length;
  // Sorting puts NaN last.
  let missing = 0;
  while (missing < count && Number.isNaN(sorted[count - 1 - missing])) missing++;
  const rank = quantile * (count - 1);
  const below = Math.floor(rank);
  const share = rank - below;
  const at = (place: number): number => (place < missing ? NaN : (sorted[place - missing] ?? NaN));
  return at(below) * (1 - share) + at(Math.min(count - 1, below + 1)) * share;
}

/** The values in order, NaN last, in memory that the next call uses again. */
function sortedCopy(values: Float64Array): Float64Array {
  const count = values.length;
  if (count > scratch.length) scratch = new Float64Array(2 * count);
  if (count > FEW) {
    scratch.set(values);
    scratch.subarray(0, count).sort();
    return scratch;
  }
  for (let index = 0; index < count; index++) insert(scratch, index, values[index] ?? NaN);
  return scratch;
}

function insert(sorted: Float64Array, count: number, value: number): void {
  let place = count;
  while (place > 0 && isAfter(sorted[place - 1] ?? NaN, value)) {
    sorted[place] = sorted[place - 1] ?? NaN;
    place--;
  }
  sorted[place] = value;
}

function isAfter(a: number, b: number): boolean {
  return a > b || (Number.isNaN(a) && !Number.isNaN(b));
}
