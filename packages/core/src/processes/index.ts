/**
 * `@bduf/metrics-core/processes`: one view of the metrics of many worker threads and cluster processes.
 *
 * Here and not at the root, so that programs with one thread load neither `node:cluster` nor `node:worker_threads`.
 */

// In the main thread; in a cluster in the primary, and in workers that have threads of their own.
export { aggregateWorkers, type AggregateOptions, type WorkerAggregation } from './aggregate-workers.ts';

// In worker threads.
export { shareWithMain, type ShareOptions } from './threads/share-with-main.ts';

// In cluster workers.
export { type ReportHandle, type ReportOptions, reportToPrimary } from './cluster/report-to-primary.ts';
export type { WorkerHandle } from './worker-handle.ts';
