/** Counts of exponential buckets on one side of zero, ascending by index. Never changed. */
export interface SparseBuckets {
  /** Bucket indexes, ascending. */
  readonly indexes: readonly number[];
  /** Observations of each, not cumulative. */
  readonly counts: readonly number[];
}

/** No buckets. */
export const NO_BUCKETS: SparseBuckets = { indexes: [], counts: [] };

/**
 * Upper bound of a bucket. The last one that holds finite values ends with the greatest of them.
 *
 * @param index - Bucket index.
 * @param schema - Resolution: a bucket grows by `2^(2^-schema)`.
 */
export function bucketBound(index: number, schema: number): number {
  const exponent = index * 2 ** -schema;
  return exponent === 1024 ? Number.MAX_VALUE : 2 ** exponent;
}

/** `a + factor · b`, bucket by bucket; empty buckets are left out. */
export function combineBuckets(a: SparseBuckets, b: SparseBuckets, factor: number): SparseBuckets {
  const indexes: number[] = [];
  const counts: number[] = [];
  let atA = 0;
  let atB = 0;
  while (atA < a.indexes.length || atB < b.indexes.length) {
    const indexA = a.indexes[atA] ?? Infinity;
    const indexB = b.indexes[atB] ?? Infinity;
    const count =
      (indexA <= indexB ? (a.counts[atA++] ?? 0) : 0) + (indexB <= indexA ? factor * (b.counts[atB++] ?? 0) : 0);
    if (count === 0) continue;
    indexes.push(Math.min(indexA, indexB));
    counts.push(count);
  }
  return { indexes, counts };
}

/** Every count multiplied. */
export function scaleBuckets(buckets: SparseBuckets, factor: number): SparseBuckets {
  return { indexes: buckets.indexes, counts: buckets.counts.map((count) => count * factor) };
}

/** Every count divided. */
export function divideBuckets(buckets: SparseBuckets, divisor: number): SparseBuckets {
  return { indexes: buckets.indexes, counts: buckets.counts.map((count) => count / divisor) };
}

/** The same observations at a resolution that is `levels` coarser. */
export function coarsenBuckets(buckets: SparseBuckets, levels: number): SparseBuckets {
  if (levels === 0) return buckets;
  const indexes: number[] = [];
  const counts: number[] = [];
  for (const [at, index] of buckets.indexes.entries()) {
    const target = Math.ceil(index / 2 ** levels);
    const count = buckets.counts[at] ?? 0;
    if (indexes.at(-1) === target) counts.push((counts.pop() ?? 0) + count);
    else {
      indexes.push(target);
      counts.push(count);
    }
  }
  return { indexes, counts };
}

/** The buckets from the first one on that ends above a threshold. */
export function bucketsAbove(buckets: SparseBuckets, schema: number, threshold: number): SparseBuckets {
  const start = buckets.indexes.findIndex((index) => bucketBound(index, schema) > threshold);
  if (start === 0) return buckets;
  if (start === -1) return NO_BUCKETS;
  return { indexes: buckets.indexes.slice(start), counts: buckets.counts.slice(start) };
}

/** Whether a bucket holds fewer observations than before. */
export function hasDecrease(before: SparseBuckets, after: SparseBuckets): boolean {
  let at = 0;
  for (const [place, index] of before.indexes.entries()) {
    while ((after.indexes[at] ?? Infinity) < index) at++;
    const count = after.indexes[at] === index ? (after.counts[at] ?? 0) : 0;
    if (count < (before.counts[place] ?? 0)) return true;
  }
  return false;
}
