import cluster from 'node:cluster';
import { once } from 'node:events';
import type { ProcessMessage, ReadingJob, ReadingResult } from './reading-messages.ts';
import type { ReadingWorker } from './reading-worker.ts';
import { WORKER_PROGRAM } from './worker-program.ts';

/** How long a process has to end by itself, in milliseconds. */
const GRACE_MS = 300;

/** Starts a process of the cluster that reads. */
export function startProcessWorker(): ReadingWorker {
  cluster.setupPrimary({ exec: WORKER_PROGRAM, args: [] });
  const worker = cluster.fork();
  let begin = (): void => undefined;
  const listens = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let deliver = (_result: ReadingResult): void => undefined;
  worker.on('message', (message: Partial<ProcessMessage>) => {
    if ('listens' in message) begin();
    // Metrics travel on the same channel.
    if (isResult(message)) deliver(message);
  });
  return {
    // What comes before the program listens would be lost.
    post: (job: ReadingJob) => void listens.then(() => worker.isConnected() && worker.send(job)),
    onResult: (listener) => {
      deliver = listener;
    },
    // A process that died before its channel was open says so in both events.
    onExit: (listener) => void worker.on('error', () => undefined).once('exit', listener),
    async end() {
      if (worker.isDead()) return;
      const ended = once(worker, 'exit');
      worker.disconnect();
      const timer = setTimeout(() => worker.process.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

function isResult(message: Partial<ProcessMessage>): message is ReadingResult {
  return 'id' in message && typeof message.id === 'number' && Array.isArray(message.facts);
}
