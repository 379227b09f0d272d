import type { BucketMemory, BucketPlace } from './bucket-memory.ts';
import { scaledIndex } from './scaled-index.ts';

/** Counts of consecutive buckets. `start` and `end` bound the buckets that may hold something. */
export class BucketRange {
  #counts: Float64Array = new Float64Array(0);
  /** Bucket index of `#counts[0]`. */
  #base = 0;
  #low = 0;
  #high = 0;
  #memory: BucketMemory | undefined;

  /** First bucket in use. */
  get start(): number {
    return this.#low;
  }

  /** One after the last bucket in use. */
  get end(): number {
    return this.#high;
  }

  /** Bytes held by the counts. */
  get byteLength(): number {
    return this.#counts.byteLength;
  }

  /** Where the counts are. Read it only. */
  get place(): BucketPlace {
    return { counts: this.#counts, base: this.#base };
  }

  /** Moves the counts to memory of somebody else, where they stay. */
  keepIn(memory: BucketMemory): void {
    this.#memory = memory;
    if (this.#counts.length > 0) this.#moveTo(this.#base, this.#counts.length);
  }

  /** Observations in a bucket. */
  at(index: number): number {
    return this.#counts[index - this.#base] ?? 0;
  }

  /** Observations in all buckets. O(buckets). */
  total(): number {
    let total = 0;
    for (const count of this.#counts) total += count;
    return total;
  }

  /** Calls back for each bucket that is not empty, ascending. */
  forEach(visit: (index: number, count: number) => void): void {
    for (let index = this.#low; index < this.#high; index++) {
      const count = this.at(index);
      if (count !== 0) visit(index, count);
    }
  }

  /** Empties all buckets. Memory is kept. */
  clear(): void {
    this.#counts.fill(0);
    this.#low = 0;
    this.#high = 0;
  }

  /** Adds to a bucket within the range in use; tells whether it is. */
  tryAdd(index: number, times: number): boolean {
    if (index < this.#low || index >= this.#high) return false;
    const at = index - this.#base;
    this.#counts[at] = (this.#counts[at] ?? 0) + times;
    return true;
  }

  /** Buckets in use if this one were too. */
  spanWith(index: number): number {
    if (this.#low === this.#high) return 1;
    return Math.max(this.#high, index + 1) - Math.min(this.#low, index);
  }

  /** Takes a bucket into the range in use. */
  extendTo(index: number, maxBuckets: number): void {
    const isEmpty = this.#low === this.#high;
    const low = isEmpty ? index : Math.min(this.#low, index);
    const high = isEmpty ? index + 1 : Math.max(this.#high, index + 1);
    if (low < this.#base || high > this.#base + this.#counts.length) this.#reallocate(low, high, maxBuckets);
    this.#low = low;
    this.#high = high;
  }

  /** Makes room for a bucket by merging the lowest ones into the lowest that is kept. */
  collapseTo(index: number, maxBuckets: number): void {
    const high = Math.max(this.#high, index + 1);
    const low = high - maxBuckets;
    let merged = 0;
    for (let at = this.#low; at < Math.min(low, this.#high); at++) {
      merged += this.at(at);
      this.#counts[at - this.#base] = 0;
    }
    this.#low = Math.min(Math.max(this.#low, low), this.#high);
    if (low < this.#base || high > this.#base + this.#counts.length) this.#reallocate(low, high, maxBuckets);
    this.#low = low;
    this.#high = high;
    if (merged > 0) this.tryAdd(low, merged);
  }

  /** Halves the resolution a number of times. */
  downscale(steps: number): void {
    if (this.#low === this.#high) return;
    const scaled = new BucketRange();
    scaled.#memory = this.#memory;
    const low = scaledIndex(this.#low, steps);
    const high = scaledIndex(this.#high - 1, steps) + 1;
    scaled.#reallocate(low, high, high - low);
    scaled.#low = low;
    scaled.#high = high;
    this.forEach((index, count) => scaled.tryAdd(scaledIndex(index, steps), count));
    this.#counts = scaled.#counts;
    this.#base = scaled.#base;
    this.#low = low;
    this.#high = high;
  }

  /** Moves the counts to an array that covers a range, with room to grow on both sides. */
  #reallocate(low: number, high: number, maxBuckets: number): void {
    const span = high - low;
    const capacity = Math.max(span, Math.min(maxBuckets, Math.max(16, span * 2)));
    this.#moveTo(low - Math.floor((capacity - span) / 2), capacity);
  }

  #moveTo(base: number, capacity: number): void {
    const counts = this.#memory?.allocate(capacity) ?? new Float64Array(capacity);
    for (let index = this.#low; index < this.#high; index++) counts[index - base] = this.at(index);
    this.#counts = counts;
    this.#base = base;
  }
}
