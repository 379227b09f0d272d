import type { LabelSet } from './label-set.ts';

/**
 * A running measurement. It records once, on the first `stop()` or when a `using` block ends; later calls change
 * nothing.
 */
export interface Timer {
  /**
   * Stops the timer and records the elapsed time.
   *
   * @param extraLabels - Labels known only now (such as an outcome), merged over those given at the start.
   * @returns Elapsed time in the metric's unit (seconds unless the definition says otherwise); the first result
   * again when the timer was stopped before.
   */
  stop(extraLabels?: LabelSet): number;
  /** Same as `stop()`, for `using timer = …`. */
  [Symbol.dispose](): void;
}
