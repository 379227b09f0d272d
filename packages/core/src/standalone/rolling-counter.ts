import type { Clock } from '../interfaces/clock.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { systemClock } from '../primitives/system-clock.ts';

/** Options of a {@link RollingCounter}. */
export interface RollingCounterOptions {
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
}

/**
 * A sum over the most recent past, kept in slots of equal length. It allocates nothing after it was made and needs no timer:
 * slots that have passed are cleared when it is used again.
 *
 * Time is monotonic, so changes of the wall clock do not matter.
 */
export class RollingCounter {
  readonly #slots: Float64Array;
  readonly #slotMs: number;
  readonly #clock: Clock;
  readonly #startMs: number;
  /** Number of the newest slot since the start of the clock. */
  #newest: number;

  /**
   * @param windowCount - Slots; integer ≥ 1.
   * @param windowSizeMs - Length of a slot in milliseconds; integer ≥ 1.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`.
   */
  constructor(windowCount: number, windowSizeMs: number, options: RollingCounterOptions = {}) {
    checkInteger('windowCount', windowCount);
    checkInteger('windowSizeMs', windowSizeMs);
    this.#slots = new Float64Array(windowCount);
    this.#slotMs = windowSizeMs;
    this.#clock = options.clock ?? systemClock;
    this.#startMs = this.#clock.monotonicMs();
    this.#newest = Math.floor(this.#startMs / windowSizeMs);
  }

  /**
   * Adds to the current slot.
   *
   * @param value - Finite and at least 0; 1 unless given.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`.
   */
  increment(value = 1): void {
    if (!(value >= 0) || value === Infinity) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `A rolling counter cannot grow by ${value}; use a finite number of at least 0.`,
      );
    }
    this.#advance();
    const slot = this.#newest % this.#slots.length;
    this.#slots[slot] = (this.#slots[slot] ?? 0) + value;
  }

  /** Sum of the last slots, the current one included. */
  getRollingSum(): number {
    this.#advance();
    return this.#slots.reduce((sum, value) => sum + value, 0);
  }

  /**
   * Events per second. A young counter is divided by its age (but at least one slot), so that it does not understate.
   */
  getRate(): number {
    const sum = this.getRollingSum();
    const ageMs = this.#clock.monotonicMs() - this.#startMs;
    const observedMs = Math.min(this.#slots.length * this.#slotMs, Math.max(this.#slotMs, ageMs));
    return (sum * 1000) / observedMs;
  }

  /** Clears the slots that have passed. A clock that goes back is taken as one that stands still. */
  #advance(): void {
    const current = Math.floor(this.#clock.monotonicMs() / this.#slotMs);
    const passed = Math.min(current - this.#newest, this.#slots.length);
    for (let step = 1; step <= passed; step++) this.#slots[(current - passed + step) % this.#slots.length] = 0;
    if (current > this.#newest) this.#newest = current;
  }
}

function checkInteger(name: string, value: number): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `${name} is ${value}; use an integer of at least 1.`);
}
