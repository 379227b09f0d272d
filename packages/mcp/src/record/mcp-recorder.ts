import type { ExemplarLabels } from '@bduf/metrics-core/interfaces';
import type { ToolExecutionOutcome } from '@bduf/metrics-core/primitives';
import type { TransportKind } from '../connection/transport-kind.ts';

/** Which end of a connection is measured. */
export type McpRole = 'server' | 'client';

/** A request with its answer, in words that are fit for labels. */
export interface FinishedOperation {
  /** Method. */
  readonly method: string;
  /** Tool, when the request called one. */
  readonly tool: string | undefined;
  /** Seconds from the request to its end. */
  readonly seconds: number;
  /** How it ended, with the finest reason that is known. */
  readonly outcome: ToolExecutionOutcome;
  /** How it ended, with the reason that the answer alone tells. */
  readonly wireOutcome: ToolExecutionOutcome;
  /** How the peers are connected. */
  readonly transport: TransportKind;
  /** Revision of the protocol, or empty. */
  readonly protocolVersion: string;
  /** Trace that the request belongs to. */
  readonly exemplar: ExemplarLabels | undefined;
}

/** A session that has ended. */
export interface FinishedSession {
  /** End of the connection that saw it. */
  readonly role: McpRole;
  /** Seconds from `initialize` to the end of the connection. */
  readonly seconds: number;
  /** How the peers were connected. */
  readonly transport: TransportKind;
  /** Revision of the protocol that they settled on. */
  readonly protocolVersion: string;
}

/** Records operations and sessions under one set of names. */
export interface McpRecorder {
  /** Records a request of the peer that was answered or given up. */
  answered(operation: FinishedOperation): void;
  /** Records an own request that was answered or given up. */
  asked(operation: FinishedOperation): void;
  /** Records a session that has ended. */
  sessionEnded(session: FinishedSession): void;
}
