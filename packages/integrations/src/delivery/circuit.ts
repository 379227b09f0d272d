import { RetryBackoff, type RetryBackoffOptions } from '@bduf/metrics-core/primitives';

/** When a target is left alone. */
export interface CircuitOptions extends RetryBackoffOptions {
  /** Failures in a row after which the circuit opens. */
  readonly failureThreshold: number;
  /** Shortest pause while it is open, in milliseconds; one attempt follows it. */
  readonly openMs: number;
}

/**
 * Decides when the next attempt may be made: pauses that grow with each failure in a row and, after several, an open
 * circuit, during which nobody tries until one attempt has succeeded.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  readonly #backoff: RetryBackoff;
  #resumeAtMs = -Infinity;
  #mayHurry = true;

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#backoff = new RetryBackoff(options);
  }

  /** Whether the target counts as down. */
  get isOpen(): boolean {
    return this.#backoff.failures >= this.#options.failureThreshold;
  }

  /** How long to wait from now on, in milliseconds; 0 when an attempt may be made. */
  pauseMs(monotonicMs: number): number {
    return Math.max(0, this.#resumeAtMs - monotonicMs);
  }

  /** An attempt failed. */
  fail(monotonicMs: number, retryAfterMs?: number): void {
    const pauseMs = this.#backoff.fail(retryAfterMs);
    this.#resumeAtMs = monotonicMs + (this.isOpen ? Math.max(pauseMs, this.#options.openMs) : pauseMs);
    this.#mayHurry = retryAfterMs === undefined;
  }

  /** An attempt succeeded. */
  succeed(): void {
    this.#backoff.succeed();
    this.#resumeAtMs = -Infinity;
  }

  /** Ends the pause early, for a last chance before the process ends; not a pause that the other side asked for. */
  hurry(): void {
    if (this.#mayHurry) this.#resumeAtMs = -Infinity;
  }
}
