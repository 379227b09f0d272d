import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import type { Fault, FaultName } from './fault.ts';

/** Longest time for which a fault lasts, in seconds. */
export const MOST_FAULT_SECONDS = 120;

/** A fault, and whether it is under way. */
export interface FaultState extends Pick<Fault, 'name' | 'description' | 'alert'> {
  /** Milliseconds until it ends by itself; undefined when it is not under way. */
  readonly remainingMs: number | undefined;
}

/** Injects faults, each for a limited time. */
export class FaultBoard {
  readonly #clock: Clock;
  readonly #faults: ReadonlyMap<FaultName, Fault>;
  readonly #active = new Map<
    FaultName,
    { readonly untilMs: number; readonly timer: ClockTimer; readonly end: () => void }
  >();

  constructor(faults: readonly Fault[], clock: Clock) {
    this.#clock = clock;
    this.#faults = new Map(faults.map((fault) => [fault.name, fault]));
  }

  /** All faults. */
  get states(): readonly FaultState[] {
    const nowMs = this.#clock.monotonicMs();
    return Array.from(this.#faults.values(), ({ name, description, alert }) => {
      const active = this.#active.get(name);
      return { name, description, alert, remainingMs: active && Math.max(0, active.untilMs - nowMs) };
    });
  }

  /**
   * Begins a fault, or lets one that is under way last longer.
   *
   * @param seconds - Until it ends by itself, at most {@link MOST_FAULT_SECONDS}.
   */
  inject(name: FaultName, seconds: number): void {
    const fault = this.#faults.get(name);
    if (fault === undefined) return;
    const durationMs = Math.min(seconds, MOST_FAULT_SECONDS) * 1000;
    const known = this.#active.get(name);
    known?.timer.cancel();
    this.#active.set(name, {
      untilMs: this.#clock.monotonicMs() + durationMs,
      timer: this.#clock.setTimer(durationMs, () => this.end(name)),
      end: known?.end ?? fault.begin(),
    });
  }

  /** Ends a fault, if it is under way. */
  end(name: FaultName): void {
    const active = this.#active.get(name);
    if (active === undefined) return;
    this.#active.delete(name);
    active.timer.cancel();
    active.end();
  }

  /** Ends all faults. */
  close(): void {
    for (const name of this.#active.keys()) this.end(name);
  }
}
