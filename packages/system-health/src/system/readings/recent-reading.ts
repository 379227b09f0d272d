import type { Clock } from '@bduf/metrics-core/interfaces';

/** Long enough for all metrics of one read-out, too short to show something stale. */
const MAX_AGE_MS = 100;

/** One reading shared by the metrics that show parts of it. */
export class RecentReading<T> {
  readonly #clock: Clock;
  readonly #read: () => T;
  #last: { readonly value: T; readonly readMs: number } | undefined;

  constructor(clock: Clock, read: () => T) {
    this.#clock = clock;
    this.#read = read;
  }

  /** The last reading while it is fresh, else a new one. */
  get(): T {
    const nowMs = this.#clock.monotonicMs();
    if (this.#last === undefined || nowMs - this.#last.readMs >= MAX_AGE_MS) {
      this.#last = { value: this.#read(), readMs: nowMs };
    }
    return this.#last.value;
  }
}
