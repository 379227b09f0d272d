import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';

/** Does something at regular times. A turn that takes longer than the interval makes the next one fall out. */
export class Periodic {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #turn: () => Promise<void>;
  #timer: ClockTimer | undefined;
  #isBusy = false;

  /** @param turn - Must not reject. */
  constructor(clock: Clock, intervalMs: number, turn: () => Promise<void>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#turn = turn;
  }

  /** Begins; the first turn comes after one interval. */
  start(): void {
    if (this.#timer === undefined) this.#schedule(this.#clock.monotonicMs() + this.#intervalMs);
  }

  /** Ends. A turn under way goes on. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** The times stay on one grid, so that delays of timers do not add up. */
  #schedule(dueMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    const late = Math.max(0, Math.ceil((nowMs - dueMs) / this.#intervalMs));
    const nextMs = dueMs + late * this.#intervalMs;
    this.#timer = this.#clock.setTimer(nextMs - nowMs, () => {
      this.#schedule(nextMs + this.#intervalMs);
      void this.#take();
    });
  }

  async #take(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#turn();
    } finally {
      this.#isBusy = false;
    }
  }
}
