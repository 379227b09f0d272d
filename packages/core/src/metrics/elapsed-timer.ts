import type { Clock } from '../interfaces/clock.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { Timer } from '../interfaces/timer.ts';

/** Milliseconds in one of each unit of time; other units are taken as seconds. */
const MS_IN_UNIT: Readonly<Record<string, number>> = {
  nanoseconds: 1e-6,
  microseconds: 1e-3,
  milliseconds: 1,
  seconds: 1000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/** A timer that hands the elapsed time, in a metric's unit, to a function. */
export class ElapsedTimer implements Timer {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #msInUnit: number;
  #record: ((elapsed: number, extraLabels: LabelSet | undefined) => void) | undefined;
  #elapsed = 0;

  constructor(clock: Clock, unit: string, record: (elapsed: number, extraLabels: LabelSet | undefined) => void) {
    this.#clock = clock;
    this.#msInUnit = MS_IN_UNIT[unit] ?? 1000;
    this.#record = record;
    this.#startMs = clock.monotonicMs();
  }

  stop(extraLabels?: LabelSet): number {
    const record = this.#record;
    if (record === undefined) return this.#elapsed;
    this.#record = undefined;
    this.#elapsed = (this.#clock.monotonicMs() - this.#startMs) / this.#msInUnit;
    record(this.#elapsed, extraLabels);
    return this.#elapsed;
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
