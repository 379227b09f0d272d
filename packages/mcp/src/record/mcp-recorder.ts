import type { ExemplarLabels } from '@bduf/metrics-core/interfaces';
import type { ToolOutcome } from '@bduf/metrics-core/primitives';
import type { PendingOperation } from '../connection/pending-operation.ts';
import type { TransportKind } from '../connection/transport-kind.ts';

/** Which end of a connection is measured. */
export type McpRole = 'server' | 'client';

/** How a request ended, in words that are fit for labels. */
export interface Ending {
  /** Seconds from the request to its end. */
  readonly seconds: number;
  /** How it ended. */
  readonly outcome: ToolOutcome;
  /** The finest reason that is known; undefined exactly when the outcome is `ok`. */
  readonly errorType: string | undefined;
  /** The reason that the answer alone tells; undefined exactly when the outcome is `ok`. */
  readonly wireErrorType: string | undefined;
  /** How the peers are connected. */
  readonly transport: TransportKind;
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
  answered(operation: PendingOperation, ending: Ending): void;
  /** Records an own request that was answered or given up. */
  asked(operation: PendingOperation, ending: Ending): void;
  /** Records a session that has ended. */
  sessionEnded(session: FinishedSession): void;
}
