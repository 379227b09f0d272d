/** Time, injected everywhere so that tests own it. */
export interface Clock {
  /** Wall clock, in milliseconds since the epoch. May jump. */
  now(): number;
  /** Monotonic clock, in milliseconds with fractions, from an arbitrary start. Never goes back. */
  monotonicMs(): number;
  /**
   * Calls a function once after a delay. The timer does not keep the process alive.
   *
   * @param delayMs - Delay in milliseconds, at least 0.
   */
  setTimer(delayMs: number, fn: () => void): ClockTimer;
}

/** A pending call of {@link Clock.setTimer}. */
export interface ClockTimer {
  /** Cancels the call; harmless when it already happened. */
  cancel(): void;
}
