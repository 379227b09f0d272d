import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';

/** What a schedule calls, and when. */
export interface ScheduleOptions {
  readonly clock: Clock;
  /** Distance of slots, in milliseconds. */
  readonly intervalMs: number;
  /** By how much slots are later than multiples of the interval, in milliseconds. */
  readonly offsetMs: number;
  /** Called in each slot. The next slot is waited for only after it has settled; slots that pass meanwhile are missed. */
  readonly run: () => Promise<void>;
  /** Told how many slots were missed. They are not made up for. */
  readonly missed: (slots: number) => void;
}

/** Calls a function in slots that are aligned to the wall clock when it starts, and measured by the monotonic clock from then on. */
export class EvaluationSchedule {
  readonly #options: ScheduleOptions;
  /** Monotonic time of the slot that is waited for. */
  #dueMs = NaN;
  #timer: ClockTimer | undefined;
  #isRunning = false;

  constructor(options: ScheduleOptions) {
    this.#options = options;
  }

  /** Begins to call; harmless when it has begun. */
  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.align();
  }

  /** Waits for the next slot of the wall clock, since that has jumped. */
  align(): void {
    if (!this.#isRunning) return;
    const { clock, intervalMs, offsetMs } = this.#options;
    const sinceSlotMs = (((clock.now() - offsetMs) % intervalMs) + intervalMs) % intervalMs;
    this.#dueMs = clock.monotonicMs() + intervalMs - sinceSlotMs;
    this.#wait();
  }

  /** Ends it. */
  stop(): void {
    this.#isRunning = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #wait(): void {
    this.#timer?.cancel();
    const { clock } = this.#options;
    this.#timer = clock.setTimer(Math.max(0, this.#dueMs - clock.monotonicMs()), () => void this.#fire());
  }

  async #fire(): Promise<void> {
    const { clock, intervalMs, run, missed } = this.#options;
    const dueMs = this.#dueMs;
    await run();
    // A jump of the wall clock has begun another sequence of slots.
    if (!this.#isRunning || this.#dueMs !== dueMs) return;
    const passed = Math.max(0, Math.floor((clock.monotonicMs() - dueMs) / intervalMs));
    if (passed > 0) missed(passed);
    this.#dueMs = dueMs + (passed + 1) * intervalMs;
    this.#wait();
  }
}

/** By how much the slots of a group of rules are moved, so that processes do not all work at the same moment. */
export function slotOffsetMs(group: string, intervalMs: number): number {
  let sum = 2_166_136_261;
  for (const char of group) sum = Math.imul(sum ^ (char.codePointAt(0) ?? 0), 16_777_619);
  return (sum >>> 0) % intervalMs;
}
