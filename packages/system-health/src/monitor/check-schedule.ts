import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';

/** How often, and by whose time and chance. */
export interface CheckScheduleOptions {
  readonly intervalMs: number;
  readonly clock: Clock;
  /** From 0 to 1, evenly. */
  readonly random: () => number;
}

/** Share of the interval by which a run may come early or late, so that replicas and checks do not run in step. */
const JITTER = 0.1;

/** Repeats something until it is stopped: at once, then an interval, give or take a tenth, after the end of each run. */
export class CheckSchedule {
  readonly #run: () => Promise<unknown>;
  readonly #options: CheckScheduleOptions;
  #timer: ClockTimer | undefined;
  #isStopped = false;

  /** @param run - Must not reject. */
  constructor(run: () => Promise<unknown>, options: CheckScheduleOptions) {
    this.#run = run;
    this.#options = options;
    void this.#repeat();
  }

  /** Ends it; a run that is under way is the last. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #repeat(): Promise<void> {
    await this.#run();
    if (this.#isStopped) return;
    const { intervalMs, clock, random } = this.#options;
    const delayMs = intervalMs * (1 + JITTER * (2 * random() - 1));
    this.#timer = clock.setTimer(delayMs, () => void this.#repeat());
  }
}
