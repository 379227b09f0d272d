import { HyperLogLog } from './hyper-log-log.ts';
import type { UserHash } from './user-hash.ts';

/** Slices of a window: users leave it in steps of this share. */
const SLICES = 16;

/**
 * Distinct values within a sliding window, in fixed memory (64 KiB): one sketch for each slice of time, merged when asked.
 * What was last seen up to a sixteenth of the window before its start may still be counted.
 */
export class DistinctWindow {
  readonly #sliceMs: number;
  readonly #sketches: readonly HyperLogLog[] = Array.from({ length: SLICES + 1 }, () => new HyperLogLog());
  /** Which slice of time each sketch holds. */
  readonly #slices: number[] = Array.from({ length: SLICES + 1 }, () => -Infinity);

  /** @param windowMs - Length of the window. */
  constructor(windowMs: number) {
    this.#sliceMs = windowMs / SLICES;
  }

  add(hash: UserHash, monotonicMs: number): void {
    const slice = Math.floor(monotonicMs / this.#sliceMs);
    const at = slice % this.#sketches.length;
    if (this.#slices[at] !== slice) {
      this.#sketches[at]?.clear();
      this.#slices[at] = slice;
    }
    this.#sketches[at]?.add(hash);
  }

  /** Estimated number of distinct values in the window that ends now. */
  estimate(monotonicMs: number): number {
    const current = Math.floor(monotonicMs / this.#sliceMs);
    const merged = new HyperLogLog();
    this.#sketches.forEach((sketch, at) => {
      if (current - (this.#slices[at] ?? 0) <= SLICES) merged.merge(sketch);
    });
    return merged.estimate();
  }
}
