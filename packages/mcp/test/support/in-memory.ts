import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport as V1InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer as V1McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Client as V2Client } from '@modelcontextprotocol/client';
import { InMemoryTransport as V2InMemoryTransport, McpServer as V2McpServer } from '@modelcontextprotocol/server';
import type { ToolServer } from './matrix-tools.ts';

/** What tests use of a server, in words that both SDKs have. */
export interface TestServer extends ToolServer {
  readonly server: { connect(transport: never): Promise<unknown> };
  connect(transport: never): Promise<unknown>;
  close(): Promise<void>;
}

/** What tests use of a client, in words that both SDKs have. */
export interface TestMcpClient {
  connect(transport: never): Promise<unknown>;
  close(): Promise<void>;
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  callTool(params: ToolCall): Promise<unknown>;
  ping(): Promise<unknown>;
}

/** What a client says to call a tool. */
export interface ToolCall {
  readonly name: string;
  readonly arguments?: Record<string, unknown>;
  readonly _meta?: Record<string, unknown>;
}

/** An SDK in words that both have. */
export interface TestSdk {
  readonly title: string;
  createServer(options?: object): TestServer;
  createClient(options?: object): TestMcpClient;
  /** The two ends of a connection within the process: client's and server's. */
  createTransports(): readonly [client: object, server: object];
}

const IDENTITY = { name: 'test', version: '1.0.0' };

export const V1: TestSdk = {
  title: 'SDK v1',
  createServer: (options: object = {}) => new V1McpServer(IDENTITY, options),
  createClient: (options: object = {}) => new V1Client(IDENTITY, options),
  createTransports: () => V1InMemoryTransport.createLinkedPair(),
};

export const V2: TestSdk = {
  title: 'SDK v2',
  createServer: (options: object = {}) => new V2McpServer(IDENTITY, options),
  createClient: (options: object = {}) => new V2Client(IDENTITY, options),
  createTransports: () => V2InMemoryTransport.createLinkedPair(),
};

/** Connects a server and a new client of the same SDK. */
export async function connectClient(
  sdk: TestSdk,
  server: TestServer,
  client: TestMcpClient = sdk.createClient(),
): Promise<TestMcpClient> {
  const [clientSide, serverSide] = sdk.createTransports();
  // Transports of an SDK fit peers of the same SDK.
  await server.connect(serverSide as never);
  await client.connect(clientSide as never);
  return client;
}

/**
 * Connects a server to a peer that is played by the test: it sends any message and sees every answer. The session is not
 * initialized.
 */
export async function connectWire(sdk: TestSdk, server: TestServer): Promise<Wire> {
  const [clientSide, serverSide] = sdk.createTransports();
  const sent: unknown[] = [];
  const wire = clientSide as RawTransport;
  Object.assign(wire, { onmessage: (message: unknown) => void sent.push(message) });
  await server.connect(serverSide as never);
  await wire.start();
  return { answers: sent, send: (message) => wire.send({ jsonrpc: '2.0', ...message }), close: () => wire.close() };
}

/** A connection without a client. */
export interface Wire {
  readonly answers: readonly unknown[];
  send(message: object): Promise<void>;
  close(): Promise<void>;
}

interface RawTransport {
  start(): Promise<void>;
  send(message: object): Promise<void>;
  close(): Promise<void>;
}
