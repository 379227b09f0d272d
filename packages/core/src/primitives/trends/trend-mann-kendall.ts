import { normalTails } from './trend-normal-tail.ts';

/** Result of the test of Mann and Kendall. */
export interface MannKendall {
  /** Pairs that rise minus pairs that fall. */
  readonly score: number;
  /** Probability of such a score, or one farther from 0, when there is no trend. Both directions, normal approximation. */
  readonly pValue: number;
}

/**
 * Tests whether values tend to rise or fall (Mann 1945, Kendall 1975), with the correction for ties and for continuity. Takes no
 * distribution and no straight line for granted.
 *
 * Costs O(n log n): pairs that fall are counted while the values are sorted by merging.
 *
 * @param values - In order of time; finite.
 */
export function mannKendall(values: Float64Array): MannKendall {
  const n = values.length;
  const sorted = values.slice();
  const falling = sortCountingFalls(sorted, new Float64Array(n), 0, n);
  const { pairs: tiedPairs, correction } = ties(sorted);
  const score = (n * (n - 1)) / 2 - tiedPairs - 2 * falling;
  const variance = (n * (n - 1) * (2 * n + 5) - correction) / 18;
  if (score === 0 || !(variance > 0)) return { score, pValue: 1 };
  return { score, pValue: normalTails((score - Math.sign(score)) / Math.sqrt(variance)) };
}

/** Sorts a part by merging and counts the pairs of which the first is the greater. */
function sortCountingFalls(values: Float64Array, scratch: Float64Array, from: number, end: number): number {
  if (end - from < 2) return 0;
  const middle = (from + end) >>> 1;
  const inside = sortCountingFalls(values, scratch, from, middle) + sortCountingFalls(values, scratch, middle, end);
  let across = 0;
  let left = from;
  let right = middle;
  for (let place = from; place < end; place++) {
    const takesRight = left === middle || (right < end && (values[right] ?? NaN) < (values[left] ?? NaN));
    if (takesRight) across += middle - left;
    scratch[place] = values[takesRight ? right++ : left++] ?? NaN;
  }
  values.set(scratch.subarray(from, end), from);
  return inside + across;
}

function ties(sorted: Float64Array): { readonly pairs: number; readonly correction: number } {
  let pairs = 0;
  let correction = 0;
  for (let from = 0; from < sorted.length;) {
    let end = from + 1;
    while (sorted[end] === sorted[from]) end++;
    const size = end - from;
    pairs += (size * (size - 1)) / 2;
    correction += size * (size - 1) * (2 * size + 5);
    from = end;
  }
  return { pairs, correction };
}
