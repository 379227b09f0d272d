import type { LabelSet } from './label-set.ts';
import type { Timer } from './timer.ts';

/**
 * Recording by metric name. A record never throws and never creates a metric: an unknown name or an operation that
 * the metric's type does not have is dropped and counted (`metrics_dropped_total`), unless the collector is strict.
 */
export interface MetricRecorder {
  /** Adds to a counter or gauge; `value` is 1 unless given. */
  increment(name: string, labels?: LabelSet, value?: number): void;
  /** Subtracts from a gauge; `value` is 1 unless given. */
  decrement(name: string, labels?: LabelSet, value?: number): void;
  /** Sets a gauge. */
  set(name: string, value: number, labels?: LabelSet): void;
  /** Records an observation of a histogram or summary. */
  observe(name: string, value: number, labels?: LabelSet): void;
  /** Starts a timer that observes the elapsed time in the metric's unit (default seconds). */
  startTimer(name: string, labels?: LabelSet): Timer;
  /**
   * Runs a function and observes how long its promise took, also when it rejects; the rejection is passed on
   * unchanged.
   */
  recordDuration<T>(name: string, fn: () => Promise<T>, labels?: LabelSet): Promise<T>;
}
