/**
 * A call may be seen by a wrapper of the application and by the driver's own channel inside it. The wrapper leaves a mark in
 * the asynchronous context, and the source that finds it leaves the counting to the wrapper.
 *
 * Following asynchronous contexts slows down every promise of a process on Node 20, so nothing is marked until a source
 * that looks for marks exists.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { tracingChannel } from 'node:diagnostics_channel';

/** What is counted: the same call can be a query and an operation on a cache. */
export type CallKind = 'database' | 'cache';

interface CallMark {
  readonly kind: CallKind;
  /** Where it is counted. */
  readonly collector: object;
  readonly outer: CallMark | undefined;
}

let marks: AsyncLocalStorage<CallMark> | undefined;

/** Starts marking. Sources call it when they are made. */
export function enableCallMarks(): AsyncLocalStorage<CallMark> {
  return (marks ??= new AsyncLocalStorage());
}

/** Runs a call that the caller counts, marked for everything inside it. */
export function runMarked<T>(kind: CallKind, collector: object, call: () => T): T {
  return marks === undefined ? call() : marks.run({ kind, collector, outer: marks.getStore() }, call);
}

/** Whether the surrounding call is counted as that kind for that collector. */
export function isMarked(kind: CallKind, collector: object): boolean {
  for (let mark = marks?.getStore(); mark !== undefined; mark = mark.outer) {
    if (mark.kind === kind && mark.collector === collector) return true;
  }
  return false;
}

interface KeptChannel {
  users: number;
  readonly end: () => void;
}

/** A channel takes one binding of a store, however many sources want it. */
const keptChannels = new Map<string, KeptChannel>();

/**
 * Lets callbacks of calls that a library traces run with the marks of where the call began. Without that, what waited in a
 * queue runs in the context of whoever made room, and finds the marks of that one.
 *
 * @param channel - Name of the tracing channel.
 * @returns A function that ends it.
 */
export function keepMarks(channel: string): () => void {
  const kept = keptChannels.get(channel) ?? { users: 0, end: bindMarks(channel) };
  keptChannels.set(channel, kept);
  kept.users += 1;
  let isEnded = false;
  return () => {
    if (isEnded) return;
    isEnded = true;
    kept.users -= 1;
    if (kept.users > 0) return;
    keptChannels.delete(channel);
    kept.end();
  };
}

function bindMarks(channel: string): () => void {
  const storage = enableCallMarks();
  const { start, asyncStart } = tracingChannel<unknown, object>(channel);
  const markOf = new WeakMap<object, CallMark>();
  const remember = (context: unknown): void => {
    const mark = storage.getStore();
    if (mark !== undefined && typeof context === 'object' && context !== null) markOf.set(context, mark);
  };
  start.subscribe(remember);
  asyncStart.bindStore(storage, (context) => markOf.get(context));
  return () => {
    start.unsubscribe(remember);
    asyncStart.unbindStore(storage);
  };
}
