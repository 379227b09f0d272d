/**
 * Hash of a tuple of label ids. Each step multiplies by the golden ratio (Knuth, TAOCP 6.4) and folds the high bits
 * down, since table slots are taken from the low ones. The generated lookup contains the same steps.
 */
export function hashIds(ids: Int32Array, start: number, count: number): number {
  let hash = 0;
  for (let at = start; at < start + count; at++) {
    hash = Math.imul(hash ^ (ids[at] ?? 0), HASH_FACTOR);
    hash ^= hash >>> HASH_FOLD;
  }
  return hash;
}

/** Multiplier of each step: 2^32 divided by the golden ratio, odd. */
export const HASH_FACTOR = 0x9e3779b1;
/** How far the high bits are folded down after each step. */
export const HASH_FOLD = 15;
