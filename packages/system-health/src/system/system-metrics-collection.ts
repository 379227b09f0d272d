import cluster from 'node:cluster';
import path from 'node:path';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { type Clock, MetricsError, MetricsErrorCode, type Registerer } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { collectActiveResources } from './collectors/active-resources-collector.ts';
import { collectCpu } from './collectors/cpu-collector.ts';
import { createDiskCollector } from './collectors/disk-collector.ts';
import { createEventLoopCollector } from './collectors/event-loop-collector.ts';
import { collectFileDescriptors } from './collectors/file-descriptors-collector.ts';
import { collectGc } from './collectors/gc-collector.ts';
import { collectHeap } from './collectors/heap-collector.ts';
import { collectMemory } from './collectors/memory-collector.ts';
import { collectNetwork } from './collectors/network-collector.ts';
import { collectPressure } from './collectors/pressure-collector.ts';
import { createProcessCollector } from './collectors/process-collector.ts';
import { collectThrottling } from './collectors/throttling-collector.ts';
import { createNodeReadings } from './readings/node-readings.ts';
import type { SystemReadings } from './readings/system-readings.ts';
import { OwnMetrics, type SystemCollector } from './system-collector.ts';

/** An area of system metrics that can be switched on and off. */
export type SystemArea =
  | 'activeResources'
  | 'cpu'
  | 'disk'
  | 'eventLoop'
  | 'fileDescriptors'
  | 'gc'
  | 'heap'
  | 'memory'
  | 'network'
  | 'pressure'
  | 'process'
  | 'throttling';

/** Options of a {@link SystemMetricsCollection}. */
export interface SystemMetricsOptions {
  /**
   * Areas to collect or not. Default: all; in a worker of a cluster not those of the machine that add up (disk, network, pressure,
   * process, throttling), in a worker thread only its own (event loop, GC, heap).
   */
  readonly areas?: Readonly<Partial<Record<SystemArea, boolean>>>;
  /** A path on each file system whose space is shown. Default: the root. */
  readonly disks?: readonly string[];
  /** Milliseconds between two looks at the delay of the event loop, at least 1. Default 50. */
  readonly eventLoopResolutionMs?: number;
  /** Folder in which restarts are counted, of this service alone; made when only its parent exists. Default: none, and `process_restart_count_total` is 0. */
  readonly stateDirectory?: string;
  /** Told what went wrong outside of any call. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
  /** What the numbers come from. Default: the machine. */
  readonly readings?: SystemReadings;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
}

/** Areas whose counters are about the machine or the service as a whole: those of several workers must not be added. */
const SHARED: ReadonlySet<string> = new Set<SystemArea>(['disk', 'network', 'pressure', 'process', 'throttling']);
/** Areas that each thread has for itself. */
const OF_A_THREAD: ReadonlySet<string> = new Set<SystemArea>(['eventLoop', 'gc', 'heap']);

/**
 * The metrics of the process, its container and its machine, from when it is made until it is stopped. They are read when
 * the collector is; only event loop and GC are observed in between. Nothing starts a process, and what the machine does not
 * say is absent.
 */
export class SystemMetricsCollection {
  readonly #metrics: OwnMetrics;
  readonly #stops: readonly (() => void)[];

  /**
   * @param metrics - Where the metrics are defined; usually a `MetricsCollector`.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when the resolution is out of range.
   */
  constructor(metrics: Registerer, options: SystemMetricsOptions = {}) {
    const collectors = collectorsOf(options);
    const machine = createNodeReadings(true);
    const context = {
      metrics: new OwnMetrics(metrics),
      readings: options.readings ?? machine,
      clock: options.clock ?? systemClock,
      onError: options.onError ?? warn,
    };
    this.#metrics = context.metrics;
    const stops = Object.entries(collectors)
      // The key is one of the table.
      .filter(([area]) => options.areas?.[area as SystemArea] ?? isOnByDefault(area))
      .map(([, collect]) => collect(context) ?? (() => undefined));
    this.#stops = [...stops, machine.close];
  }

  /** Ends observation and forgets the metrics. Further calls change nothing. */
  stop(): void {
    for (const stop of this.#stops) stop();
    this.#metrics.unregister();
  }

  /** Same as `stop()`, for `using system = …`. */
  [Symbol.dispose](): void {
    this.stop();
  }
}

function collectorsOf(options: SystemMetricsOptions): Readonly<Record<SystemArea, SystemCollector>> {
  const resolutionMs = options.eventLoopResolutionMs ?? 50;
  if (!(resolutionMs >= 1 && Number.isFinite(resolutionMs))) {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `The eventLoopResolutionMs is ${resolutionMs}. Give at least 1 millisecond, or switch the area off: { eventLoop: false }.`,
    );
  }
  return {
    activeResources: collectActiveResources,
    cpu: collectCpu,
    disk: createDiskCollector(options.disks ?? [path.parse(process.cwd()).root]),
    eventLoop: createEventLoopCollector(resolutionMs),
    fileDescriptors: collectFileDescriptors,
    gc: collectGc,
    heap: collectHeap,
    memory: collectMemory,
    network: collectNetwork,
    pressure: collectPressure,
    process: createProcessCollector(options.stateDirectory),
    throttling: collectThrottling,
  };
}

function isOnByDefault(area: string): boolean {
  if (!isMainThread) return OF_A_THREAD.has(area);
  return cluster.isPrimary || !SHARED.has(area);
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
