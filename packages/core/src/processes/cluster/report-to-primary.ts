import cluster from 'node:cluster';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { type CollectorParts, partsOf } from '../../collector/collector-parts.ts';
import type { MetricsCollector } from '../../collector/metrics-collector.ts';
import type { ClockTimer } from '../../interfaces/clock.ts';
import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import { positiveOption } from '../positive-option.ts';
import type { WorkerHandle } from '../worker-handle.ts';
import { CLUSTER_KEY, type PrimaryMessage } from './cluster-messages.ts';
import { packAsBytes } from './packed-bytes.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

/** Options of {@link reportToPrimary}. */
export interface ReportOptions {
  /** Tells several collectors of one process apart; the same as in `aggregateWorkers`. Default `default`. */
  readonly group?: string;
  /**
   * How often what is new is sent without being asked, in milliseconds: what a worker that is killed can lose at most.
   * Default 1 000.
   */
  readonly intervalMs?: number;
}

/** A running report. */
export interface ReportHandle extends WorkerHandle {
  /**
   * Sends what is new.
   *
   * @returns Resolves when the primary's channel has taken it; never rejects.
   */
  flush(): Promise<void>;
}

const DEFAULT_INTERVAL_MS = 1000;
/** Share of the primary's patience that callbacks may use up, so that the answer still arrives in time. */
const CALLBACK_SHARE = 0.7;

/**
 * Lets the primary of the cluster show the metrics of this worker, those of its worker threads included if it calls
 * `aggregateWorkers` too. What is new is sent at an interval, when the primary asks, and when the process exits.
 *
 * @param collector - Of this process.
 * @throws MetricsError `METRICS_ERR_WORKER_MISPLACED` outside of a cluster worker, `METRICS_ERR_ARGUMENT_INVALID` for an
 * option out of range.
 */
export function reportToPrimary(collector: MetricsCollector, options: ReportOptions = {}): ReportHandle {
  if (!cluster.isWorker || !isMainThread) {
    throw new MetricsError(
      MetricsErrorCode.WORKER_MISPLACED,
      'reportToPrimary was called outside of a cluster worker; call it in processes that node:cluster has forked. A ' +
        'primary calls aggregateWorkers, a worker thread shareWithMain.',
    );
  }
  const intervalMs = positiveOption('intervalMs', options.intervalMs ?? DEFAULT_INTERVAL_MS);
  const report = new ClusterReport(partsOf(collector), options.group ?? 'default', intervalMs);
  return {
    flush: async () => report.flush(),
    close: () => report.close(),
    [Symbol.dispose]: () => report.close(),
  };
}

/** Sends snapshots of this process. */
class ClusterReport {
  readonly #parts: CollectorParts;
  readonly #group: string;
  readonly #intervalMs: number;
  readonly #writer = new SnapshotWriter();
  readonly #onMessage = (message: unknown): void => this.#take(message);
  readonly #onExit = (): void => void this.#send(undefined);
  /** Settles when the channel has taken the last snapshot. */
  #sending: Promise<void> | undefined;
  #timer: ClockTimer | undefined;

  constructor(parts: CollectorParts, group: string, intervalMs: number) {
    this.#parts = parts;
    this.#group = group;
    this.#intervalMs = intervalMs;
    process.on('message', this.#onMessage);
    process.on('exit', this.#onExit);
    void this.#send(undefined);
    this.#schedule();
  }

  async flush(): Promise<void> {
    await this.#sending;
    await this.#send(undefined);
  }

  close(): void {
    this.#timer?.cancel();
    process.off('message', this.#onMessage);
    process.off('exit', this.#onExit);
  }

  #schedule(): void {
    this.#timer = this.#parts.clock.setTimer(this.#intervalMs, () => {
      this.#parts.callbacks.runNow(this.#parts.metrics());
      // A primary that does not read must not let snapshots pile up here; the next one has everything in it.
      if (this.#sending === undefined) void this.#send(undefined);
      this.#schedule();
    });
  }

  #take(message: unknown): void {
    const content = contentOf(message);
    if (content === undefined || content.group !== this.#group) return;
    // Only channels that carry bytes leave them as they are.
    if (content.probe instanceof Uint8Array) this.#writer.pack = packAsBytes;
    if (content.kind === 'collect') void this.#answer(content.request, content.timeoutMs);
    if (content.kind !== 'welcome') return;
    this.#writer.reset();
    void this.#send(undefined);
  }

  async #answer(request: number, timeoutMs: number): Promise<void> {
    const patience = new AbortController();
    const timer = this.#parts.clock.setTimer(timeoutMs * CALLBACK_SHARE, () => patience.abort());
    await this.#parts.callbacks.run(this.#parts.metrics(), patience.signal);
    timer.cancel();
    await this.#send(request);
  }

  async #send(request: number | undefined): Promise<void> {
    if (!process.connected || process.send === undefined) return;
    const { processes, clock } = this.#parts;
    const metrics = this.#parts.metrics();
    const families = processes?.readSources(metrics) ?? metrics.map((metric) => metric.readSource());
    const snapshot = { ...this.#writer.write(families, clock.now()), group: this.#group, request };
    const sending = post({ [CLUSTER_KEY]: snapshot });
    this.#sending = sending;
    await sending;
    if (this.#sending === sending) this.#sending = undefined;
  }
}

/** Settles when the channel has taken the message, or is closed. */
async function post(message: object): Promise<void> {
  await new Promise<void>((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });
}

/** What the primary says, if the message is from it. */
function contentOf(message: unknown): PrimaryMessage | undefined {
  if (typeof message !== 'object' || message === null || !(CLUSTER_KEY in message)) return undefined;
  // Nobody else uses the key, and it names the version.
  return message[CLUSTER_KEY] as PrimaryMessage;
}
