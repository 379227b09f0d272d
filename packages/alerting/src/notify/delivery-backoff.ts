import { RetryBackoff } from '@bduf/metrics-core/primitives';

/** Up to here pauses grow to half a minute, later to five minutes. */
const PATIENT_AFTER_MS = 300_000;

/** Pauses after failed attempts: 1 s to 30 s in the first five minutes, then up to 5 min. */
export class DeliveryBackoff {
  readonly #early: RetryBackoff;
  readonly #late: RetryBackoff;
  #firstFailureMs: number | undefined;

  /** @param random - Source of jitter: a number from 0 to below 1. */
  constructor(random: () => number) {
    this.#early = new RetryBackoff({ random });
    this.#late = new RetryBackoff({ baseMs: 30_000, maxMs: 300_000, random });
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#early.failures + this.#late.failures;
  }

  /**
   * Counts a failure.
   *
   * @param monotonicMs - Monotonic clock.
   * @param retryAfterMs - The pause that the receiver asked for, if it did.
   * @returns How long to pause, in milliseconds.
   */
  fail(monotonicMs: number, retryAfterMs?: number): number {
    this.#firstFailureMs ??= monotonicMs;
    const isLate = monotonicMs - this.#firstFailureMs >= PATIENT_AFTER_MS;
    return (isLate ? this.#late : this.#early).fail(retryAfterMs);
  }

  /** Counts a success: the next failure is the first in a row again. */
  succeed(): void {
    this.#early.succeed();
    this.#late.succeed();
    this.#firstFailureMs = undefined;
  }
}
