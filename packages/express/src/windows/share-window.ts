const WINDOW_MS = 300_000;
const SLOTS = 60;
const SLOT_MS = WINDOW_MS / SLOTS;

/**
 * Which share of the events of the last five minutes had a property. It forgets in steps of five seconds, allocates nothing
 * and needs no timer.
 */
export class ShareWindow {
  readonly #events = new Float64Array(SLOTS);
  readonly #matches = new Float64Array(SLOTS);
  #slot: number;

  /** @param nowMs - Monotonic time, in milliseconds. */
  constructor(nowMs: number) {
    this.#slot = Math.floor(nowMs / SLOT_MS);
  }

  /**
   * Adds events.
   *
   * @param isMatch - Whether they have the property.
   * @param nowMs - Monotonic time, in milliseconds.
   * @param times - How many.
   */
  add(isMatch: boolean, nowMs: number, times = 1): void {
    this.#advance(nowMs);
    const at = this.#slot % SLOTS;
    this.#events[at] = (this.#events[at] ?? 0) + times;
    if (isMatch) this.#matches[at] = (this.#matches[at] ?? 0) + times;
  }

  /**
   * The share, from 0 to 1; `undefined` without events.
   *
   * @param nowMs - Monotonic time, in milliseconds.
   */
  share(nowMs: number): number | undefined {
    this.#advance(nowMs);
    const events = sum(this.#events);
    return events === 0 ? undefined : sum(this.#matches) / events;
  }

  /** Clears the slots that have passed since the last use. */
  #advance(nowMs: number): void {
    const slot = Math.floor(nowMs / SLOT_MS);
    if (slot === this.#slot) return;
    for (let passed = Math.max(this.#slot + 1, slot - SLOTS + 1); passed <= slot; passed++) {
      this.#events[passed % SLOTS] = 0;
      this.#matches[passed % SLOTS] = 0;
    }
    this.#slot = slot;
  }
}

function sum(slots: Float64Array): number {
  return slots.reduce((total, value) => total + value, 0);
}
