import cluster from 'node:cluster';
import process from 'node:process';
import { isMainThread, parentPort } from 'node:worker_threads';
import { MetricsCollector } from '@bduf/metrics-core';
import { reportToPrimary, shareWithMain } from '@bduf/metrics-core/processes';
import { systemClock } from '@bduf/metrics-core/primitives';
import { createMeasuredReading } from './measured-reading.ts';
import type { ProcessMessage, ReadingJob, ReadingResult } from './reading-messages.ts';

// The program of worker threads and of processes of the cluster. It measures into a collector of its own, which the
// collector of the service shows along with its own metrics.
const collector = new MetricsCollector();
const read = createMeasuredReading(collector, systemClock);
const work = ({ id, texts }: ReadingJob): ReadingResult => ({ id, facts: texts.map((text) => read(text)) });

if (isMainThread) {
  reportToPrimary(collector);
  // Ctrl-C reaches every process of the terminal; the primary says when it is time to end.
  process.on('SIGINT', () => undefined);
  cluster.worker?.on('message', (job: Partial<ReadingJob>) => {
    // Questions for metrics come the same way.
    if (isJob(job)) tell(work(job));
  });
  tell({ listens: true });
} else {
  shareWithMain(collector);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Threads have no origin.
  parentPort?.on('message', (job: ReadingJob) => parentPort?.postMessage(work(job)));
}

function tell(message: ProcessMessage): void {
  process.send?.(message);
}

function isJob(job: Partial<ReadingJob>): job is ReadingJob {
  return typeof job.id === 'number' && Array.isArray(job.texts);
}
