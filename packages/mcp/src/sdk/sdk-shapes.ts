/**
 * The parts of the MCP SDKs that this package touches, of version 1 (`@modelcontextprotocol/sdk`) and version 2
 * (`@modelcontextprotocol/server` and `client`) alike. Parameters are `never` where any function must fit.
 */
import type { MessageExtra, WireMessage } from './wire-message.ts';

/** A client, or a server of either level: whatever can be connected to a transport. */
export interface McpPeer {
  /** Attaches the peer to a transport and starts it. */
  connect: (transport: never) => Promise<unknown>;
}

/** A high-level server (`McpServer`) or a low-level one (`Server`). */
export interface McpServerLike extends McpPeer {
  /** The low-level server inside a high-level one. */
  readonly server?: McpPeer;
}

/** A server that tools are registered with. */
export interface ToolRegistrar {
  /** Registers a tool; the last argument is its callback. */
  registerTool?: RegisterTool;
  /** Older way of SDK v1 to register a tool. */
  tool?: RegisterTool;
  /** Tools by name. May be missing: it is not part of the SDKs' documented interface. */
  readonly _registeredTools?: Readonly<Record<string, RegisteredTool>>;
}

/** Registers a tool by name; the last argument is its callback. */
export type RegisterTool = (...args: readonly unknown[]) => RegisteredTool;

/** What registering a tool returns. */
export interface RegisteredTool {
  /** Whether it can be called. */
  readonly enabled?: boolean;
  /** The callback, or in SDK v1 an object of callbacks for a task. */
  readonly handler?: unknown;
  /** Changes the tool. `name: null` removes it. */
  update?: (changes: ToolChanges) => void;
}

/** Changes of a registered tool. */
export interface ToolChanges {
  /** New name, or null to remove the tool. */
  readonly name?: string | null;
  /** New callback. */
  readonly callback?: unknown;
}

/** The second argument of a tool's callback (the only one when the tool takes no arguments). */
export interface ToolCallContext {
  /** Id of the request, in SDK v1. */
  readonly requestId?: unknown;
  /** The request, in SDK v2. */
  readonly mcpReq?: { readonly id?: unknown };
}

/** A connection to a peer. */
export interface Transport {
  /** Sends a message. */
  send(message: WireMessage, options?: SendOptions): Promise<void>;
  /** Called for each message that arrives. */
  onmessage?: ((message: WireMessage, extra?: MessageExtra) => void) | undefined;
  /** Called when the connection has ended. */
  onclose?: (() => void) | undefined;
  /** Id of the session, where the transport keeps one. */
  readonly sessionId?: string | undefined;
}

/** Options of a send. */
export interface SendOptions {
  /** Aborts this request alone, where SDK v2 cancels by giving up the HTTP exchange instead of sending a notification. */
  readonly requestSignal?: AbortSignal;
}
