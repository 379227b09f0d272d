import type { Clock, ClockTimer } from '../interfaces/clock.ts';

interface PendingTimer {
  readonly dueMs: number;
  readonly fn: () => void;
}

/** A clock that stands still until it is told to move. For tests and for replay. */
export class ManualClock implements Clock {
  #nowMs: number;
  #monotonicMs = 0;
  readonly #timers = new Set<PendingTimer>();

  /** @param startMs - Wall clock at the start, in milliseconds since the epoch. */
  constructor(startMs: number = Date.UTC(2026, 0, 1)) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  setTimer(delayMs: number, fn: () => void): ClockTimer {
    const timer = { dueMs: this.#monotonicMs + Math.max(0, delayMs), fn };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Moves both clocks forward and calls the timers that fall due, each at its own time, in order. */
  advance(ms: number): void {
    const endMs = this.#monotonicMs + ms;
    for (let next = this.#nextDue(endMs); next !== undefined; next = this.#nextDue(endMs)) {
      this.#timers.delete(next);
      this.#moveTo(Math.max(next.dueMs, this.#monotonicMs));
      next.fn();
    }
    this.#moveTo(endMs);
  }

  /** Sets the wall clock alone, as an administrator or time synchronisation does. */
  jumpTo(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  /** Timers that wait. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  #nextDue(endMs: number): PendingTimer | undefined {
    let next: PendingTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= endMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  }

  #moveTo(monotonicMs: number): void {
    this.#nowMs += monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
  }
}
