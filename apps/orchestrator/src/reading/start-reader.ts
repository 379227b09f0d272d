import type { MetricsCollector } from '@bduf/metrics-core';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { aggregateWorkers } from '@bduf/metrics-core/processes';
import type { Shutdown } from '../shutdown.ts';
import { createInlineReader } from './inline-reader.ts';
import { createMeasuredReading } from './measured-reading.ts';
import { startProcessWorker } from './process-worker.ts';
import { ReaderPool } from './reader-pool.ts';
import type { RequirementReader } from './requirement-reader.ts';
import { startThreadWorker } from './thread-worker.ts';

/** How many workers read; none of either kind means that the main thread reads itself. */
export interface ReadingWorkers {
  readonly threads: number;
  /** Processes of a cluster. */
  readonly processes: number;
}

/** Starts who reads requirements. Wherever that is, what it measures is shown by the collector. */
export function startReader(
  { threads, processes }: ReadingWorkers,
  { collector, clock }: { readonly collector: MetricsCollector; readonly clock: Clock },
  shutdown: Shutdown,
): RequirementReader {
  if (threads + processes === 0) return createInlineReader(createMeasuredReading(collector, clock));

  // Before the first worker, so that what a worker has counted is kept when it ends.
  const aggregation = aggregateWorkers(collector);
  shutdown.add(() => aggregation.close());
  const pool = new ReaderPool([
    ...Array.from({ length: threads }, () => startThreadWorker),
    ...Array.from({ length: processes }, () => startProcessWorker),
  ]);
  shutdown.add(() => pool.close());
  return pool;
}
