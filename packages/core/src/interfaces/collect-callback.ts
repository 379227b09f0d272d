import type { ValueArgs } from './record-args.ts';

/** What a collect callback reports to. Valid during its run only. */
export interface CollectReport<L> {
  /** Reports the current value of one series; of a counter its total so far. */
  readonly set: (...args: ValueArgs<L>) => void;
  /** Aborted when nobody waits for the result any more. */
  readonly signal: AbortSignal;
}

/** Reads current values from somewhere else at the time of a read-out. May be asynchronous; is never run twice at once. */
export type CollectCallback<L> = (report: CollectReport<L>) => void | Promise<void>;
