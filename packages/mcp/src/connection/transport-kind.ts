import type { Transport } from '../sdk/sdk-shapes.ts';

/** How two peers are connected. */
export const TransportKind = {
  /** Streamable HTTP. */
  HTTP: 'http',
  /** The older HTTP transport with server-sent events. */
  SSE: 'sse',
  /** Standard input and output of a child process. */
  STDIO: 'stdio',
  /** Within one process. */
  MEMORY: 'memory',
  /** A transport this package does not know. */
  OTHER: 'other',
} as const;
/** How two peers are connected. */
export type TransportKind = (typeof TransportKind)[keyof typeof TransportKind];

/**
 * Members by which the transports of both SDKs are told apart. Names of classes would not do: minifiers change them.
 * Order matters: the servers of both HTTP transports have `handleMessage`, their clients `finishAuth`.
 */
const TELLING_MEMBERS: readonly (readonly [member: string, kind: TransportKind])[] = [
  ['handlePostMessage', TransportKind.SSE],
  ['handleRequest', TransportKind.HTTP],
  ['handleMessage', TransportKind.HTTP],
  ['terminateSession', TransportKind.HTTP],
  ['finishAuth', TransportKind.SSE],
  ['pid', TransportKind.STDIO],
  ['processReadBuffer', TransportKind.STDIO],
  ['whenRequestsAnswered', TransportKind.STDIO],
  ['_otherTransport', TransportKind.MEMORY],
];

/** Tells what kind of connection a transport is. */
export function transportKindOf(transport: Transport): TransportKind {
  return TELLING_MEMBERS.find(([member]) => member in transport)?.[1] ?? TransportKind.OTHER;
}

/**
 * Whether an `initialize` on this transport starts a session. HTTP without session ids is stateless: clients initialize
 * there too, but nothing lasts.
 */
export function canHoldSession(kind: TransportKind, transport: Transport): boolean {
  return kind !== TransportKind.HTTP || transport.sessionId !== undefined;
}
