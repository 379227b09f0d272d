/**
 * A call may be seen by a wrapper of the application and by the driver's own channel inside it. The wrapper leaves a mark in
 * the asynchronous context, and the source that finds it leaves the counting to the wrapper.
 *
 * Following asynchronous contexts slows down every promise of a process on Node 20, so nothing is marked until a source
 * that looks for marks exists.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

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
export function enableCallMarks(): void {
  marks ??= new AsyncLocalStorage();
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
