import { randomUUID } from 'node:crypto';
import {
  Client,
  type ClientOptions,
  InMemoryTransport,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer, createMcpHandler } from '@modelcontextprotocol/server';
import { MetricsCollector } from '@bduf/metrics-core';
import { type McpInstrumentationOptions, instrumentMcpServer } from '@bduf/metrics-mcp';
import { listen } from './http-listener.ts';
import { type MatrixState, PROBE, registerMatrixTools } from './matrix-tools.ts';
import { readingsOf } from './readings.ts';
import { openChild } from './stdio-child.ts';
import { type OpenWorld, type TestClient, type World, answerOf } from './world.ts';

const IDENTITY = { name: 'test', version: '1.0.0' };
const MODERN: ClientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } };

/** A server of SDK version 2 with the tools of the matrix, measured. */
export function createV2Server(
  metrics: MetricsCollector,
  state: MatrixState,
  options: McpInstrumentationOptions = {},
): McpServer {
  const server = instrumentMcpServer(new McpServer(IDENTITY), metrics, { exclude: [PROBE], ...options });
  registerMatrixTools(server, state);
  return server;
}

/** A client of SDK version 2 in words that do not depend on the SDK. */
function asTestClient(client: Client): TestClient {
  return {
    async listTools() {
      const { tools } = await client.listTools();
      return tools.map(({ name }) => name);
    },
    async callTool(name, args = {}, { signal, meta } = {}) {
      const params = { name, arguments: { ...args }, ...(meta === undefined ? {} : { _meta: meta }) };
      return answerOf(await client.callTool(params, signal === undefined ? {} : { signal }));
    },
  };
}

async function openInMemory(): Promise<OpenWorld> {
  const metrics = new MetricsCollector();
  const server = createV2Server(metrics, { slowCalls: 0 });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await server.connect(serverSide);
  const client = new Client(IDENTITY);
  await client.connect(clientSide);
  return {
    client: asTestClient(client),
    close: () => client.close(),
    readings: () => Promise.resolve(readingsOf(metrics)),
  };
}

async function openHttpSessions(): Promise<OpenWorld> {
  const metrics = new MetricsCollector();
  const state = { slowCalls: 0 };
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  const listener = await listen(async (req, res) => {
    const known = sessions.get(String(req.headers['mcp-session-id']));
    if (known !== undefined) return known.handleRequest(req, res);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await createV2Server(metrics, state).connect(transport);
    return transport.handleRequest(req, res);
  });
  return openHttpClient(metrics, listener, {});
}

async function openHttpHandler(options: ClientOptions): Promise<OpenWorld> {
  const metrics = new MetricsCollector();
  const state = { slowCalls: 0 };
  const handler = createMcpHandler(() => createV2Server(metrics, state));
  const nodeHandler = toNodeHandler(handler);
  // The SDK's type of requests does not allow for exactOptionalPropertyTypes.
  const listener = await listen((req, res) => nodeHandler(req as Parameters<typeof nodeHandler>[0], res));
  return openHttpClient(metrics, listener, options);
}

async function openHttpClient(
  metrics: MetricsCollector,
  listener: Awaited<ReturnType<typeof listen>>,
  options: ClientOptions,
): Promise<OpenWorld> {
  const client = new Client(IDENTITY, options);
  const clientSide = new StreamableHTTPClientTransport(listener.url);
  await client.connect(clientSide);
  return {
    client: asTestClient(client),
    async close() {
      await clientSide.terminateSession();
      await client.close();
      await listener.close();
    },
    readings: () => Promise.resolve(readingsOf(metrics)),
  };
}

function openStdio(options: ClientOptions): Promise<OpenWorld> {
  const client = new Client(IDENTITY, options);
  return openChild('v2-server.ts', asTestClient(client), async (parameters) => {
    await client.connect(new StdioClientTransport(parameters));
    return () => client.close();
  });
}

/** All ways to connect peers of SDK version 2. */
export const V2_WORLDS: readonly World[] = [
  {
    title: 'v2 memory',
    transport: 'memory',
    protocolVersion: '2025-11-25',
    abortedAs: 'cancelled',
    hasSession: true,
    open: openInMemory,
  },
  {
    title: 'v2 HTTP with sessions',
    transport: 'http',
    protocolVersion: '2025-11-25',
    abortedAs: 'cancelled',
    hasSession: true,
    open: openHttpSessions,
  },
  {
    title: 'v2 HTTP stateless, 2025-11-25',
    transport: 'http',
    protocolVersion: '2025-11-25',
    abortedAs: 'connection_closed',
    hasSession: false,
    open: () => openHttpHandler({}),
  },
  {
    title: 'v2 HTTP, 2026-07-28',
    transport: 'http',
    protocolVersion: '2026-07-28',
    abortedAs: 'connection_closed',
    hasSession: false,
    open: () => openHttpHandler(MODERN),
  },
  {
    title: 'v2 stdio, 2025-11-25',
    transport: 'stdio',
    protocolVersion: '2025-11-25',
    abortedAs: 'cancelled',
    hasSession: true,
    open: () => openStdio({}),
  },
  {
    title: 'v2 stdio, 2026-07-28',
    transport: 'stdio',
    protocolVersion: '2026-07-28',
    abortedAs: 'cancelled',
    hasSession: false,
    open: () => openStdio(MODERN),
  },
];
