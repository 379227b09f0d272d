/** Options of a {@link RetryBackoff}. */
export interface RetryBackoffOptions {
  /** Longest pause after the first failure, in milliseconds; it doubles with each further one. Default 1 000. */
  readonly baseMs?: number;
  /** Longest pause at all, in milliseconds. Default 30 000. */
  readonly maxMs?: number;
  /** Longest pause that the other side may ask for, in milliseconds. Default 3 600 000 (one hour). */
  readonly maxRetryAfterMs?: number;
  /** Source of jitter: a number from 0 to below 1. Default `Math.random`. */
  readonly random?: () => number;
}

/**
 * Pauses between attempts: exponential, with half of each pause left to chance, so that many clients of a server that
 * has come back do not call at once. Counts failures in a row; pure, it neither waits nor looks at a clock.
 *
 * Example: with the defaults the pauses after failures in a row are 0.5–1 s, 1–2 s, 2–4 s, … 15–30 s.
 */
export class RetryBackoff {
  readonly #baseMs: number;
  readonly #maxMs: number;
  readonly #maxRetryAfterMs: number;
  readonly #random: () => number;
  #failures = 0;

  /** @param options - What differs from the defaults. */
  constructor(options: RetryBackoffOptions = {}) {
    this.#baseMs = options.baseMs ?? 1000;
    this.#maxMs = options.maxMs ?? 30_000;
    this.#maxRetryAfterMs = options.maxRetryAfterMs ?? 3_600_000;
    this.#random = options.random ?? Math.random;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * Counts a failure.
   *
   * @param retryAfterMs - The pause that the other side asked for, if it did. It is kept to, up to the limit, and
   *   lengthened by at most a base pause, again so that not all come back at once.
   * @returns How long to pause before the next attempt, in milliseconds.
   */
  fail(retryAfterMs?: number): number {
    // 2^1023 is the largest power of two; the pause has reached its limit long before.
    const ceilingMs = Math.min(this.#maxMs, this.#baseMs * 2 ** Math.min(this.#failures, 1023));
    this.#failures += 1;
    if (retryAfterMs === undefined) return ceilingMs * (0.5 + this.#random() / 2);
    return Math.min(retryAfterMs, this.#maxRetryAfterMs) + this.#baseMs * this.#random();
  }

  /** Counts a success: the next failure is the first in a row again. */
  succeed(): void {
    this.#failures = 0;
  }
}
