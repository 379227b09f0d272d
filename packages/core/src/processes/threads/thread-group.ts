import process from 'node:process';
import { BroadcastChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import type { SourceReading } from '../merge/family-merger.ts';
import { broadcast } from './broadcast.ts';
import { SlabReader } from './slab-reader.ts';
import { MAIN_CHANNEL, WORKER_CHANNEL, type WorkerMessage } from './thread-messages.ts';

/** Options of a {@link ThreadGroup}. */
export interface ThreadGroupOptions {
  readonly group: string;
  /** Wall clock, in milliseconds since the epoch. */
  readonly now: () => number;
  /** A thread shares its metrics. `isWatched` tells whether its exit will be noticed. */
  readonly onJoined: (threadId: number, isWatched: boolean) => void;
  /** A thread that shared its metrics has exited; `last` are its final ones. */
  readonly onExited: (threadId: number, exitCode: number | undefined, last: SourceReading['families']) => void;
}

/** The worker threads of this process that share their metrics. */
export class ThreadGroup {
  readonly #options: ThreadGroupOptions;
  readonly #readers = new Map<number, SlabReader>();
  /** Threads whose exit we are told of. */
  readonly #watched = new Set<number>();
  /** Threads that another worker thread told to have exited; they are dealt with when no read-out is under way. */
  readonly #reportedExits: number[] = [];
  readonly #channel: BroadcastChannel;
  readonly #onWorker = (worker: Worker): void => this.watch(worker);

  constructor(options: ThreadGroupOptions) {
    this.#options = options;
    this.#channel = new BroadcastChannel(WORKER_CHANNEL);
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- Its type in Node.js has no such method.
    this.#channel.onmessage = ({ data }: { readonly data?: unknown }) => {
      // Only our own code posts to this channel.
      this.#take(data as WorkerMessage);
      this.#settleExits();
      // The logs of all are read, since buffers that were read to the end can go.
      for (const reader of this.#readers.values()) reader.drain();
    };
    this.#channel.unref();
    process.on('worker', this.#onWorker);
    // Workers that joined before publish everything anew.
    broadcast(MAIN_CHANNEL, { group: options.group });
  }

  /** Threads that share their metrics and live. */
  get threadIds(): readonly number[] {
    return [...this.#readers.keys()];
  }

  /** Notices the exit of a thread. */
  watch(worker: Worker): void {
    const { threadId } = worker;
    this.#watched.add(threadId);
    worker.once('exit', (exitCode) => this.#exited(threadId, exitCode));
  }

  /** The metrics of all threads as they are now. */
  read(names: ReadonlySet<string> | undefined): ReadonlyMap<number, SourceReading['families']> {
    this.#pull();
    this.#settleExits();
    return new Map(Array.from(this.#readers, ([threadId, reader]) => [threadId, reader.read(names)]));
  }

  /** Stops listening. */
  close(): void {
    this.#channel.close();
    process.off('worker', this.#onWorker);
  }

  /** Takes in all messages that have been posted, also those that the event loop has not delivered yet. */
  #pull(): void {
    for (;;) {
      // It takes a broadcast channel too (Node.js documentation, since 15.12), which its type does not say.
      const received = receiveMessageOnPort(this.#channel as unknown as MessagePort);
      if (received === undefined) return;
      // Only our own code posts to this channel.
      this.#take((received as { readonly message: WorkerMessage }).message);
    }
  }

  #take(message: WorkerMessage): void {
    if (message.kind === 'exited') {
      this.#reportedExits.push(message.threadId);
      return;
    }
    if (message.group !== this.#options.group) return;
    const { threadId, generation } = message;
    const reader = this.#readers.get(threadId);
    if (message.kind !== 'hello') {
      if (reader?.hello.generation === generation) reader.add(message);
      return;
    }
    this.#readers.set(threadId, new SlabReader(message, () => this.#pull(), this.#options.now));
    const isWatched = this.#watched.has(threadId) || message.parentId !== undefined;
    if (reader === undefined) this.#options.onJoined(threadId, isWatched);
  }

  #settleExits(): void {
    for (const threadId of this.#reportedExits.splice(0)) this.#exited(threadId, undefined);
  }

  #exited(threadId: number, exitCode: number | undefined): void {
    this.#pull();
    this.#watched.delete(threadId);
    const reader = this.#readers.get(threadId);
    if (reader === undefined) return;
    this.#readers.delete(threadId);
    this.#options.onExited(threadId, exitCode, reader.read(undefined));
    // Node ends the threads that a thread created together with it.
    for (const [childId, { hello }] of this.#readers) {
      if (hello.parentId === threadId) this.#exited(childId, exitCode);
    }
  }
}
