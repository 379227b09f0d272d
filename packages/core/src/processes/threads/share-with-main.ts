import process from 'node:process';
import {
  BroadcastChannel,
  getEnvironmentData,
  isMainThread,
  setEnvironmentData,
  threadId,
  type Worker,
} from 'node:worker_threads';
import { type CollectorParts, type MetricFollower, partsOf } from '../../collector/collector-parts.ts';
import type { MetricsCollector } from '../../collector/metrics-collector.ts';
import type { ClockTimer } from '../../interfaces/clock.ts';
import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import type { MetricBase } from '../../metrics/metric-base.ts';
import { positiveOption } from '../positive-option.ts';
import type { WorkerHandle } from '../worker-handle.ts';
import { broadcast } from './broadcast.ts';
import { SlabWriter } from './slab-writer.ts';
import {
  type AnnounceMessage,
  MAIN_CHANNEL,
  PARENT_KEY,
  WORKER_CHANNEL,
  type WorkerMessage,
} from './thread-messages.ts';

/** Options of {@link shareWithMain}. */
export interface ShareOptions {
  /** Tells several collectors of one process apart; the same as in `aggregateWorkers`. Default `default`. */
  readonly group?: string;
  /**
   * Bytes of shared memory for numbers. Further series go to the overflow series of their metric and are counted in
   * `metrics_adjusted_total`. Memory is taken as it is needed. Default 64 MiB.
   */
  readonly maxBytes?: number;
  /**
   * How often callbacks run and idle series are looked for, in milliseconds, since the main thread cannot ask for it.
   * Default 1 000.
   */
  readonly refreshMs?: number;
}

const DEFAULT_MAX_BYTES = 64 << 20;
const DEFAULT_REFRESH_MS = 1000;

/**
 * Lets the main thread of this process show the metrics of this worker thread, at any depth of nesting. The collector's numbers
 * move into shared memory, where this thread goes on counting at the same speed; the main thread reads them without its
 * help, so a blocked worker costs nothing and a crash loses nothing.
 *
 * Exemplars are not shared.
 *
 * @param collector - Of this thread, with or without metrics; later ones are shared too.
 * @throws MetricsError `METRICS_ERR_WORKER_MISPLACED` outside of a worker thread, `METRICS_ERR_ARGUMENT_INVALID` for an
 * option out of range or a collector that is shared already.
 */
export function shareWithMain(collector: MetricsCollector, options: ShareOptions = {}): WorkerHandle {
  if (isMainThread) {
    throw new MetricsError(
      MetricsErrorCode.WORKER_MISPLACED,
      'shareWithMain was called in a main thread; call it in worker threads. A main thread calls aggregateWorkers, a ' +
        'cluster worker also reportToPrimary.',
    );
  }
  const parts = partsOf(collector);
  if (parts.follower !== undefined) {
    throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, 'The collector is shared already; share it once.');
  }
  const share = new ThreadShare(parts, {
    group: options.group ?? 'default',
    maxBytes: positiveOption('maxBytes', options.maxBytes ?? DEFAULT_MAX_BYTES),
    refreshMs: positiveOption('refreshMs', options.refreshMs ?? DEFAULT_REFRESH_MS),
  });
  return { close: () => share.close(), [Symbol.dispose]: () => share.close() };
}

/** Keeps the slab of this thread up to date. */
class ThreadShare implements MetricFollower {
  readonly #parts: CollectorParts;
  readonly #options: Required<ShareOptions>;
  readonly #announcements: BroadcastChannel;
  readonly #onChild = (child: Worker): void => relayExit(child);
  #generation = 0;
  #slab: SlabWriter;
  #timer: ClockTimer | undefined;

  constructor(parts: CollectorParts, options: Required<ShareOptions>) {
    this.#parts = parts;
    this.#options = options;
    this.#slab = this.#publish();
    this.#announcements = new BroadcastChannel(MAIN_CHANNEL);
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- Its type in Node.js has no such method.
    this.#announcements.onmessage = ({ data }: { readonly data?: unknown }) => {
      // Only our own code posts to this channel.
      if ((data as AnnounceMessage).group === options.group) this.#slab = this.#publish();
    };
    this.#announcements.unref();
    // What this thread creates reports its exit through this thread, since the main thread does not see it.
    setEnvironmentData(PARENT_KEY, threadId);
    process.on('worker', this.#onChild);
    parts.follower = this;
    this.#schedule();
  }

  metricDefined(metric: MetricBase): void {
    this.#slab.add(metric, false);
  }

  metricRemoved(metric: MetricBase): void {
    this.#slab.remove(metric);
  }

  close(): void {
    this.#timer?.cancel();
    this.#announcements.close();
    process.off('worker', this.#onChild);
    this.#parts.follower = undefined;
  }

  /** Publishes everything there is in a slab of its own. */
  #publish(): SlabWriter {
    const { group, maxBytes } = this.#options;
    const parentId: unknown = getEnvironmentData(PARENT_KEY);
    const slab = new SlabWriter({
      id: { threadId, group, generation: this.#generation++ },
      parentId: typeof parentId === 'number' && parentId !== threadId ? parentId : undefined,
      maxBytes,
      post,
    });
    // What is refused for want of memory has to be counted somewhere.
    const exempt = this.#parts.problems.metrics();
    for (const metric of this.#parts.metrics()) slab.add(metric, exempt.includes(metric));
    return slab;
  }

  #schedule(): void {
    this.#timer = this.#parts.clock.setTimer(this.#options.refreshMs, () => {
      const metrics = this.#parts.metrics();
      this.#parts.callbacks.runNow(metrics);
      for (const metric of metrics) metric.settle();
      this.#schedule();
    });
  }
}

function relayExit(child: Worker): void {
  const { threadId: childId } = child;
  child.once('exit', () => post({ kind: 'exited', threadId: childId }));
}

function post(message: WorkerMessage): void {
  broadcast(WORKER_CHANNEL, message);
}
