import type { Clock } from '../interfaces/clock.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { CollectedValue, MetricBase } from '../metrics/metric-base.ts';
import { deferred } from './deferred.ts';

/** Why a callback gave no values. */
export type CallbackFailure = 'error' | 'timeout';

/** Options of a {@link CallbackRunner}. */
export interface CallbackRunnerOptions {
  readonly clock: Clock;
  /** Told about every failure. Must not throw. */
  readonly onFailure: (metric: string, failure: CallbackFailure, detail: string, cause?: unknown) => void;
}

interface Run {
  /** Resolves when the callback settled or its time is over; never rejects. */
  readonly settled: Promise<void>;
  /** Whether its time is over while the callback still works. */
  isOverdue: boolean;
}

/**
 * Runs the callbacks of metrics for a read-out. A callback that throws, rejects or takes too long affects only its own
 * metric, which then shows nothing; a callback that still works is not started again.
 */
export class CallbackRunner {
  readonly #options: CallbackRunnerOptions;
  readonly #runs = new Map<MetricBase, Run>();

  constructor(options: CallbackRunnerOptions) {
    this.#options = options;
  }

  /**
   * Runs all callbacks and waits for them.
   *
   * @param signal - Ends the waiting; the callbacks go on, and what they report shows in the next read-out.
   */
  async run(metrics: readonly MetricBase[], signal: AbortSignal | undefined): Promise<void> {
    const pending = metrics.flatMap((metric) => this.#start(metric) ?? []);
    if (pending.length === 0) return;
    await untilAborted(Promise.all(pending), signal);
  }

  /** Runs all callbacks; the values of those that are asynchronous show in a later read-out. */
  runNow(metrics: readonly MetricBase[]): void {
    for (const metric of metrics) void this.#start(metric);
  }

  #start(metric: MetricBase): Promise<void> | undefined {
    const { collect } = metric;
    if (collect === undefined) return undefined;
    const current = this.#runs.get(metric);
    if (current !== undefined) {
      if (current.isOverdue) this.#fail(metric, 'timeout', 'its callback still works on an earlier read-out');
      return current.isOverdue ? undefined : current.settled;
    }
    const values: CollectedValue[] = [];
    const controller = new AbortController();
    const hasLabels = metric.resolved.labels.names.length > 0;
    const set = (...args: readonly unknown[]): void => {
      // Typed by `CollectReport`: labels come first where the metric has any.
      const [labels, value] = hasLabels ? args : [{}, args[0]];
      values.push({ labels: { ...(labels as LabelSet) }, value: value as number });
    };
    try {
      const result = collect({ set, signal: controller.signal });
      if (typeof result?.then === 'function') return this.#follow(metric, result, values, controller);
      metric.replaceAll(values);
    } catch (error) {
      this.#fail(metric, 'error', 'its callback threw', error);
    }
    return undefined;
  }

  #follow(
    metric: MetricBase,
    result: PromiseLike<void>,
    values: readonly CollectedValue[],
    controller: AbortController,
  ): Promise<void> {
    const timeoutMs = metric.resolved.collectTimeoutMs;
    const { promise: settled, resolve: settle } = deferred();
    const run: Run = { settled, isOverdue: false };
    this.#runs.set(metric, run);
    const timer = this.#options.clock.setTimer(timeoutMs, () => {
      run.isOverdue = true;
      this.#fail(metric, 'timeout', `its callback took longer than ${timeoutMs} ms`);
      controller.abort();
      settle();
    });
    const finish = (act: () => void): void => {
      timer.cancel();
      this.#runs.delete(metric);
      if (!run.isOverdue) act();
      settle();
    };
    result.then(
      () => finish(() => metric.replaceAll(values)),
      (error: unknown) => finish(() => this.#fail(metric, 'error', 'its callback rejected', error)),
    );
    return run.settled;
  }

  #fail(metric: MetricBase, failure: CallbackFailure, detail: string, cause?: unknown): void {
    metric.replaceAll([]);
    this.#options.onFailure(metric.name, failure, detail, cause);
  }
}

async function untilAborted(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) {
    await work;
    return;
  }
  if (signal.aborted) return;
  const aborted = deferred();
  signal.addEventListener('abort', aborted.resolve);
  await Promise.race([work, aborted.promise]);
  signal.removeEventListener('abort', aborted.resolve);
}
