import type { ApiOutcome } from './external-api-metrics.ts';

/** A call of an external service, as far as it may be looked at. */
export interface ExternalCall {
  /** In capitals. */
  readonly method: string;
  /** Host, with the port where it is not the default. */
  readonly host: string;
  /** Path and query, which hold data: only what comes from a small set may go into a label. */
  readonly path: string;
}

/** How the end of one call is told. */
export type CallEnd = (outcome: ApiOutcome) => void;
/** Decides whether a call is measured; called when it begins. */
export type BeginCall = (call: ExternalCall) => CallEnd | undefined;
/** Subscribes to a channel, such that a failing listener does no harm. */
export type Listen = (channel: string, listener: (message: unknown) => void) => void;
