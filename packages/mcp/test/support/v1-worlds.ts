import { randomUUID } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';
import { MetricsCollector } from '@bduf/metrics-core';
import { type McpInstrumentationOptions, instrumentMcpServer } from '@bduf/metrics-mcp';
import { listen } from './http-listener.ts';
import { type MatrixState, PROBE, registerMatrixTools } from './matrix-tools.ts';
import { readingsOf } from './readings.ts';
import { openChild } from './stdio-child.ts';
import { type OpenWorld, type TestClient, type World, answerOf } from './world.ts';

const IDENTITY = { name: 'test', version: '1.0.0' };

/** A server of SDK version 1 with the tools of the matrix, measured. */
export function createV1Server(
  metrics: MetricsCollector,
  state: MatrixState,
  options: McpInstrumentationOptions = {},
): McpServer {
  const server = instrumentMcpServer(new McpServer(IDENTITY), metrics, { exclude: [PROBE], ...options });
  registerMatrixTools(server, state);
  return server;
}

/** A client of SDK version 1. */
export function createV1Client(): Client {
  return new Client(IDENTITY);
}

/** A client of SDK version 1 in words that do not depend on the SDK. */
function asTestClient(client: Client): TestClient {
  return {
    async listTools() {
      const { tools } = await client.listTools();
      return tools.map(({ name }) => name);
    },
    async callTool(name, args = {}, { signal, meta } = {}) {
      const params = { name, arguments: { ...args }, ...(meta === undefined ? {} : { _meta: meta }) };
      return answerOf(await client.callTool(params, CallToolResultSchema, signal === undefined ? {} : { signal }));
    },
  };
}

async function openInMemory(): Promise<OpenWorld> {
  const metrics = new MetricsCollector();
  const server = createV1Server(metrics, { slowCalls: 0 });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await server.connect(serverSide);
  const client = createV1Client();
  await client.connect(clientSide);
  return {
    client: asTestClient(client),
    close: () => client.close(),
    readings: () => Promise.resolve(readingsOf(metrics)),
  };
}

async function openHttp(isStateless: boolean): Promise<OpenWorld> {
  const metrics = new MetricsCollector();
  const state = { slowCalls: 0 };
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  const listener = await listen(async (req, res) => {
    const known = sessions.get(String(req.headers['mcp-session-id']));
    if (known !== undefined) return known.handleRequest(req, res);
    const transport = new StreamableHTTPServerTransport(
      isStateless
        ? {}
        : { sessionIdGenerator: randomUUID, onsessioninitialized: (id) => void sessions.set(id, transport) },
    );
    await createV1Server(metrics, state).connect(transport);
    if (isStateless) res.on('close', () => void transport.close());
    return transport.handleRequest(req, res);
  });
  const client = createV1Client();
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

async function openStdio(): Promise<OpenWorld> {
  const client = createV1Client();
  return openChild('v1-server.ts', asTestClient(client), async (parameters) => {
    const transport = new StdioClientTransport(parameters);
    await client.connect(transport);
    return () => client.close();
  });
}

/** All ways to connect peers of SDK version 1. */
export const V1_WORLDS: readonly World[] = [
  {
    title: 'v1 memory',
    transport: 'memory',
    protocolVersion: '2025-11-25',
    abortedAs: 'cancelled',
    hasSession: true,
    open: openInMemory,
  },
  {
    title: 'v1 HTTP with sessions',
    transport: 'http',
    protocolVersion: '2025-11-25',
    abortedAs: 'cancelled',
    hasSession: true,
    open: () => openHttp(false),
  },
  {
    title: 'v1 HTTP stateless',
    transport: 'http',
    protocolVersion: '2025-11-25',
    abortedAs: 'connection_closed',
    hasSession: false,
    open: () => openHttp(true),
  },
  {
    title: 'v1 stdio',
    transport: 'stdio',
    protocolVersion: '2025-11-25',
    abortedAs: 'cancelled',
    hasSession: true,
    open: openStdio,
  },
];
