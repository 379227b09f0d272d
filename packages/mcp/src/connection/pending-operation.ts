import type { RequestId } from '../sdk/wire-message.ts';

/** A request that has no answer yet. */
export interface PendingOperation {
  /** Id of the request. */
  readonly id: RequestId;
  /** Method as labelled. */
  readonly method: string;
  /** When it arrived or was sent, on the monotonic clock, in milliseconds. */
  readonly startedMs: number;
  /** Name of the tool as the peer wrote it, when the request calls one. */
  readonly toolName: string | undefined;
  /** Revision of the protocol as labelled; empty when nobody said. */
  readonly protocolVersion: string;
  /** `traceparent` of the request as the peer wrote it. */
  readonly traceparent: unknown;
  /** How far the tool's own code has come. */
  handler: HandlerProgress;
}

/** How far the callback of a tool has come: SDKs turn what it throws into a result, which no longer says what it was. */
export interface HandlerProgress {
  /** Whether it was called. */
  readonly wasEntered: boolean;
  /** What it threw or said with `isError`; undefined while it runs and when it returned well. */
  readonly errorType: string | undefined;
}

/** The callback of the tool was not called. */
export const NOT_ENTERED: HandlerProgress = { wasEntered: false, errorType: undefined };

/** The callback of the tool was called and has not failed. */
export const ENTERED: HandlerProgress = { wasEntered: true, errorType: undefined };

/** How an operation ended, as seen on the wire. */
export type OperationEnd =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly code: unknown }
  | { readonly kind: 'failed'; readonly errorType: string }
  | { readonly kind: 'cancelled' | 'connection_closed' };
