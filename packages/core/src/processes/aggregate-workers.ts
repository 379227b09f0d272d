import cluster from 'node:cluster';
import { isMainThread, type Worker } from 'node:worker_threads';
import { type CollectorParts, partsOf, type ProcessGroup } from '../collector/collector-parts.ts';
import type { MetricsCollector } from '../collector/metrics-collector.ts';
import type { GatherOptions } from '../interfaces/gatherer.ts';
import type { MetricFamily } from '../interfaces/metric-family.ts';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import type { MetricBase } from '../metrics/metric-base.ts';
import type { SourceFamily } from '../metrics/source-family.ts';
import { ClusterGroup } from './cluster/cluster-group.ts';
import { FamilyMerger, OWN_SOURCE } from './merge/family-merger.ts';
import { positiveOption } from './positive-option.ts';
import { ThreadGroup } from './threads/thread-group.ts';
import type { WorkerHandle } from './worker-handle.ts';
import { WorkerMetrics } from './worker-metrics.ts';

/** Options of {@link aggregateWorkers}. */
export interface AggregateOptions {
  /** Tells several collectors of one process apart; workers name the same one. Default `default`. */
  readonly group?: string;
  /**
   * How long `gather()` waits for worker processes, in milliseconds; after that their last known metrics are shown.
   * Default 500.
   */
  readonly timeoutMs?: number;
}

/** A running aggregation. */
export interface WorkerAggregation extends WorkerHandle {
  /**
   * Notices the exit of a worker thread. Needed only for threads that were created before `aggregateWorkers` was called.
   */
  watch(worker: Worker): void;
  /**
   * Ends what is kept of workers that exited.
   *
   * @param name - Name of the metric.
   * @param labels - Some or all labels of the series; `{}` for all series.
   * @returns How many series ended.
   */
  forget(name: string, labels: Readonly<Record<string, string>>): number;
}

const DEFAULT_TIMEOUT_MS = 500;

/**
 * Makes a collector show the metrics of its workers along with its own: worker threads that call `shareWithMain`, and in the
 * primary of a cluster the processes that call `reportToPrimary`. They join by themselves, whenever they are created.
 *
 * `gather()` covers threads and processes, `gatherSync()` this process and its threads. Counters, histograms and summaries are
 * added up, and what workers counted stays when they exit or crash; gauges follow the `aggregation` of their definition.
 *
 * @param collector - Of the main thread.
 * @throws MetricsError `METRICS_ERR_WORKER_MISPLACED` in a worker thread, `METRICS_ERR_ARGUMENT_INVALID` for an option
 * out of range or a collector that aggregates already.
 */
export function aggregateWorkers(collector: MetricsCollector, options: AggregateOptions = {}): WorkerAggregation {
  if (!isMainThread) {
    throw new MetricsError(
      MetricsErrorCode.WORKER_MISPLACED,
      'aggregateWorkers was called in a worker thread; call it in the main thread of the process, which all worker ' +
        'threads join, at any depth, by shareWithMain.',
    );
  }
  const parts = partsOf(collector);
  if (parts.processes !== undefined) {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      'The collector aggregates workers already; close that aggregation first.',
    );
  }
  const timeoutMs = positiveOption('timeoutMs', options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const aggregation = new Aggregation(collector, parts, { group: options.group ?? 'default', timeoutMs });
  parts.processes = aggregation;
  const close = (): void => {
    aggregation.close();
    if (parts.processes === aggregation) parts.processes = undefined;
  };
  return {
    watch: (worker) => aggregation.watch(worker),
    forget: (name, labels) => aggregation.forget(name, labels),
    close,
    [Symbol.dispose]: close,
  };
}

/** Merges in two steps: this process with its threads, and the result with the other processes. */
class Aggregation implements ProcessGroup {
  readonly #parts: CollectorParts;
  readonly #metrics: WorkerMetrics;
  readonly #local: FamilyMerger;
  readonly #all: FamilyMerger;
  readonly #threads: ThreadGroup;
  readonly #cluster: ClusterGroup | undefined;
  /** Whether another process has ever reported: from then on families of all processes are families of their own. */
  #hasProcesses = false;

  constructor(collector: MetricsCollector, parts: CollectorParts, { group, timeoutMs }: Required<AggregateOptions>) {
    const { clock } = parts;
    this.#parts = parts;
    this.#metrics = new WorkerMetrics(collector);
    const now = (): number => clock.now();
    const onConflict = (source: string, metric: string, difference: string): void =>
      this.#reportConflict(source, metric, difference);
    this.#local = new FamilyMerger({ now, onConflict });
    this.#all = new FamilyMerger({ now, onConflict });
    this.#threads = new ThreadGroup({
      group,
      now,
      onJoined: (threadId, isWatched) => this.#threadJoined(threadId, isWatched),
      onExited: (threadId, exitCode, families) => {
        this.#local.keep({ source: threadName(threadId), families }, this.#describeOwn());
        this.#metrics.exited(threadName(threadId), 'thread', exitCode === 0);
      },
    });
    if (!cluster.isPrimary) return;
    this.#cluster = new ClusterGroup({
      group,
      clock,
      timeoutMs,
      onHeard: (worker, isUp) => this.#processHeard(worker, isUp, timeoutMs),
      onPartial: () => this.#metrics.partial(),
      onExited: (worker, isOk, families) => {
        this.#all.keep({ source: worker, families }, [...this.#describeOwn(), ...this.#local.describe()]);
        this.#metrics.exited(worker, 'process', isOk);
      },
    });
  }

  async refresh({ signal }: GatherOptions): Promise<void> {
    await this.#cluster?.refresh(signal);
  }

  read(own: readonly MetricBase[], { names }: GatherOptions, withProcesses: boolean): readonly MetricFamily[] {
    if (!withProcesses || !this.#hasProcesses) return this.#readLocal(own, names, false).map(({ family }) => family);
    const processes = this.#cluster?.read(names) ?? [];
    for (const { source, ageMs } of processes) this.#metrics.age(source, ageMs);
    const families = this.#readLocal(own, names, true);
    return this.#all.merge([{ source: OWN_SOURCE, families }, ...processes], names, false).map(({ family }) => family);
  }

  readSources(own: readonly MetricBase[]): readonly SourceFamily[] {
    return this.#readLocal(own, undefined, true);
  }

  watch(worker: Worker): void {
    this.#threads.watch(worker);
  }

  forget(name: string, labels: Readonly<Record<string, string>>): number {
    return this.#local.forget(name, labels) + this.#all.forget(name, labels);
  }

  close(): void {
    this.#threads.close();
    this.#cluster?.close();
  }

  #readLocal(
    own: readonly MetricBase[],
    names: ReadonlySet<string> | undefined,
    withWindows: boolean,
  ): readonly SourceFamily[] {
    const threads = Array.from(this.#threads.read(names), ([threadId, families]) => ({
      source: threadName(threadId),
      families,
    }));
    const families = own.map((metric) => metric.readSource());
    return this.#local.merge([{ source: OWN_SOURCE, families }, ...threads], names, withWindows);
  }

  #describeOwn(): readonly SourceFamily[] {
    return this.#parts.metrics().map((metric) => metric.describeSource());
  }

  #threadJoined(threadId: number, isWatched: boolean): void {
    this.#metrics.up(threadName(threadId), true);
    if (isWatched) return;
    this.#parts.problems.report(`unwatched thread ${threadId}`, () => {
      const message =
        `Worker thread ${threadId} was created before aggregateWorkers was called, so its exit would go unnoticed. ` +
        'Call aggregateWorkers earlier, or watch(worker) of what it returns.';
      return new MetricsError(MetricsErrorCode.WORKER_UNWATCHED, message);
    });
  }

  #processHeard(worker: string, isUp: boolean, timeoutMs: number): void {
    this.#hasProcesses = true;
    this.#metrics.up(worker, isUp);
    if (isUp) return;
    this.#parts.problems.report(`silent worker ${worker}`, () => {
      const message = `Worker process ${worker} did not answer within ${timeoutMs} ms; its last known metrics are shown.`;
      return new MetricsError(MetricsErrorCode.WORKER_SILENT, message);
    });
  }

  #reportConflict(source: string, metric: string, difference: string): void {
    this.#metrics.conflict(metric);
    const where = source === OWN_SOURCE ? 'this process' : `worker ${source}`;
    this.#parts.problems.report(`conflict of ${source} ${metric}`, () => {
      const message =
        `The metric ${metric} of ${where} cannot be merged with that of others: ${difference}. Its series of ${where} ` +
        'are left out; define it alike in all workers, or give one of the two another name.';
      return new MetricsError(MetricsErrorCode.DEFINITION_CONFLICT, message);
    });
  }
}

/** How a thread is called, in all processes of a cluster. */
function threadName(threadId: number): string {
  const name = `thread-${threadId}`;
  return cluster.worker === undefined ? name : `${cluster.worker.id}/${name}`;
}
