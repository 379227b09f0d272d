import type { ReadingJob, ReadingResult } from './reading-messages.ts';

/** A worker thread or process that reads. */
export interface ReadingWorker {
  /** Gives it a job, which is kept until it can take it. */
  post(job: ReadingJob): void;
  /** Calls the function for each result; to be called once. */
  onResult(listener: (result: ReadingResult) => void): void;
  /** Calls the function once, when it has ended by itself or by force. */
  onExit(listener: () => void): void;
  /** Ends it. */
  end(): Promise<void>;
}

/** Starts one more worker. */
export type StartWorker = () => ReadingWorker;
