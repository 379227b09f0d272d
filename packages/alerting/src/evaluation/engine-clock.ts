import type { Clock } from '@bduf/metrics-core/interfaces';

/** A moment of evaluation. */
export interface EngineMoment {
  /** Milliseconds since the epoch; never before an earlier moment. */
  readonly atMs: number;
  /** By how much the wall clock jumped since the moment before, in milliseconds; 0 almost always. */
  readonly jumpMs: number;
  /** By how much all times that were noted must be moved, so that durations stay what they are; 0 almost always. */
  readonly shiftMs: number;
}

/** Time for evaluations: that of the wall clock, but it never goes back, and a jump is no passage of time. */
export class EngineClock {
  readonly #clock: Clock;
  readonly #toleranceMs: number;
  #atMs = NaN;
  #monotonicMs = NaN;
  /** How far the wall clock is behind, after it was set back. */
  #behindMs = 0;

  /** @param toleranceMs - A difference of both clocks from which on it is a jump. */
  constructor(clock: Clock, toleranceMs: number) {
    this.#clock = clock;
    this.#toleranceMs = toleranceMs;
  }

  /** The present moment. */
  next(): EngineMoment {
    const wallMs = this.#clock.now();
    const monotonicMs = this.#clock.monotonicMs();
    const passedMs = monotonicMs - this.#monotonicMs;
    this.#monotonicMs = monotonicMs;
    if (Number.isNaN(this.#atMs)) {
      this.#atMs = wallMs;
      return { atMs: wallMs, jumpMs: 0, shiftMs: 0 };
    }
    const expectedMs = this.#atMs + passedMs;
    const aheadMs = wallMs - expectedMs;
    const jumpMs = aheadMs + this.#behindMs;
    this.#behindMs = Math.max(0, -aheadMs);
    this.#atMs = Math.max(wallMs, expectedMs);
    if (Math.abs(jumpMs) <= this.#toleranceMs) return { atMs: this.#atMs, jumpMs: 0, shiftMs: 0 };
    return { atMs: this.#atMs, jumpMs, shiftMs: Math.max(0, aheadMs) };
  }
}
