import { setImmediate as nextTurn } from 'node:timers/promises';

/** Longest time that a computation keeps the event loop to itself, in milliseconds. */
const SLICE_MS = 4;

/** Cuts a long computation into slices, between which the event loop serves others. */
export class TimeSlices {
  readonly #signal: AbortSignal | undefined;
  #start = performance.now();

  /** @param signal - Ends the computation at its next pause when aborted. */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /**
   * To be awaited in the loops of the computation; lets others run when the slice is used up.
   *
   * @throws The reason of the signal, when it is aborted.
   */
  async pause(): Promise<void> {
    if (performance.now() - this.#start < SLICE_MS) return;
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#start = performance.now();
  }
}
