/**
 * What threads of one process tell each other, through broadcast channels of our own: no message ever shows up in the
 * application's `parentPort` or in its `workerMessage` event. A channel delivers what was posted before a crash, and the reader
 * can take it from the queue at any moment (`receiveMessageOnPort`), without waiting for its event loop.
 */

/** Channel from worker threads to the main thread. */
export const WORKER_CHANNEL = '@bduf/metrics/threads/1/worker';
/** Channel from the main thread to worker threads. */
export const MAIN_CHANNEL = '@bduf/metrics/threads/1/main';
/** Environment data that tells a worker thread the id of the worker thread that created it. */
export const PARENT_KEY = '@bduf/metrics/threads/1/parent';

/** From a worker thread. */
export type WorkerMessage = HelloMessage | BufferMessage | ExitedMessage;

/** Which slab a message is about. A thread that publishes everything anew begins another generation. */
export interface SlabId {
  readonly threadId: number;
  readonly group: string;
  readonly generation: number;
}

/** A slab begins; replaces an earlier one of that thread and group. */
export interface HelloMessage extends SlabId {
  readonly kind: 'hello';
  /** The worker thread that created this one, if it shares its metrics too. */
  readonly parentId: number | undefined;
  /** See {@link ControlCell}. */
  readonly control: SharedArrayBuffer;
}

/** A buffer belongs to a slab. Posted before anything refers to it. */
export interface BufferMessage extends SlabId {
  readonly kind: 'memory' | 'log';
  /** Buffers of each kind are numbered from 0, in the order of their messages. */
  readonly index: number;
  readonly buffer: SharedArrayBuffer;
}

/** A thread that the sender created has exited. */
export interface ExitedMessage {
  readonly kind: 'exited';
  readonly threadId: number;
}

/** From the main thread: workers that share their metrics should publish everything anew. */
export interface AnnounceMessage {
  readonly group: string;
}

/** Cells of the control buffer, 32-bit integers accessed with `Atomics` only. */
export const ControlCell = {
  /**
   * Grows whenever numbers move, are cleared or change their meaning; odd while numbers are being cleared. A reader
   * that sees the same even number before and after has read a consistent state.
   */
  SEQUENCE: 0,
  /** Written by the reader: how many log buffers it has read to the end. */
  LOGS_READ: 1,
  /** Written by the reader: 1 once somebody reads. */
  IS_READ: 2,
} as const;

/** Cells of the control buffer. */
export const CONTROL_CELLS = 3;
