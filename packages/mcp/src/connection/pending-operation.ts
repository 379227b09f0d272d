import type { MethodMetrics } from '../record/method-table.ts';
import type { ToolMetrics } from '../record/tool-table.ts';
import type { RequestId } from '../sdk/wire-message.ts';

/** A request that has no answer yet. */
export interface PendingOperation {
  /** Id of the request. */
  readonly id: RequestId;
  /** Its method. */
  readonly method: MethodMetrics;
  /** The tool it calls, if it calls one. */
  readonly tool: ToolMetrics | undefined;
  /** Name of that tool as the peer wrote it. */
  readonly toolName: string | undefined;
  /** When it arrived or was sent, on the monotonic clock, in milliseconds. */
  readonly startedMs: number;
  /** Revision of the protocol as labelled; empty when nobody said. */
  readonly protocolVersion: string;
  /** `traceparent` of the request as the peer wrote it. */
  readonly traceparent: unknown;
  /** How far the callback of the tool has come. */
  handler: HandlerProgress;
}

/** How far the callback of a tool has come. SDKs turn what it throws into a result that no longer says what it was. */
export type HandlerProgress =
  | { readonly step: 'not_entered' }
  | { readonly step: 'returned'; readonly value: unknown }
  | { readonly step: 'threw'; readonly error: unknown };

/** The callback was not called. */
export const NOT_ENTERED: HandlerProgress = { step: 'not_entered' };

/** How an operation ended, as seen on the wire. */
export type OperationEnd =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly code: unknown }
  | { readonly kind: 'failed'; readonly errorType: string }
  | { readonly kind: 'cancelled' | 'connection_closed' };
