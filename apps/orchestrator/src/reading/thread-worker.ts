import { Worker } from 'node:worker_threads';
import type { ReadingResult } from './reading-messages.ts';
import type { ReadingWorker } from './reading-worker.ts';
import { WORKER_PROGRAM } from './worker-program.ts';

/** Starts a worker thread that reads. */
export function startThreadWorker(): ReadingWorker {
  const worker = new Worker(WORKER_PROGRAM);
  worker.unref();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Threads have no origin.
    post: (job) => worker.postMessage(job),
    onResult: (listener) => void worker.on('message', (result: ReadingResult) => listener(result)),
    // What made it fail is in its exit; without a listener the error would end this process, too.
    onExit: (listener) => void worker.on('error', () => undefined).once('exit', listener),
    async end() {
      await worker.terminate();
    },
  };
}
