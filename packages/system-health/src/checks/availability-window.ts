import type { Clock } from '@bduf/metrics-core/interfaces';

const MINUTE_MS = 60_000;
const MINUTES = 60;

/**
 * Share of good results in the last hour, in fixed memory: one pair of counts a minute. What is older than 59 to 60 minutes
 * does not count.
 */
export class AvailabilityWindow {
  readonly #clock: Clock;
  readonly #good = new Uint32Array(MINUTES);
  readonly #all = new Uint32Array(MINUTES);
  #minute: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#minute = this.#currentMinute();
  }

  /** Counts a result. */
  add(isGood: boolean): void {
    this.#turn();
    const slot = this.#minute % MINUTES;
    this.#all[slot] = (this.#all[slot] ?? 0) + 1;
    if (isGood) this.#good[slot] = (this.#good[slot] ?? 0) + 1;
  }

  /** From 0 to 1; `undefined` when there was no result. */
  get share(): number | undefined {
    this.#turn();
    const all = sum(this.#all);
    return all === 0 ? undefined : sum(this.#good) / all;
  }

  #currentMinute(): number {
    return Math.floor(this.#clock.monotonicMs() / MINUTE_MS);
  }

  /** Empties the minutes that began since the last call. */
  #turn(): void {
    const current = this.#currentMinute();
    const first = Math.max(this.#minute + 1, current - MINUTES + 1);
    for (let minute = first; minute <= current; minute++) {
      this.#good[minute % MINUTES] = 0;
      this.#all[minute % MINUTES] = 0;
    }
    this.#minute = current;
  }
}

function sum(counts: Uint32Array): number {
  return counts.reduce((total, count) => total + count, 0);
}
