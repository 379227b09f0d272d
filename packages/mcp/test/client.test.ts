import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1HttpClient } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { McpServer as V1McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client as V2Client, StreamableHTTPClientTransport as V2HttpClient } from '@modelcontextprotocol/client';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as V2McpServer, createMcpHandler } from '@modelcontextprotocol/server';
import { MetricsCollector } from '@bduf/metrics-core';
import { instrumentMcpClient, instrumentMcpServer } from '@bduf/metrics-mcp';
import { type HttpListener, listen } from './support/http-listener.ts';
import { type TestMcpClient, V1, V2, connectClient, connectWire } from './support/in-memory.ts';
import { PROBE, registerMatrixTools } from './support/matrix-tools.ts';
import { readingsFrom, readingsOf } from './support/readings.ts';
import { text } from './support/text-result.ts';
import { until } from './support/world.ts';

const IDENTITY = { name: 'test', version: '1.0.0' };
const OPERATIONS = 'mcp_client_operation_duration_seconds';

describe.each([V1, V2])('an instrumented client of $title', (sdk) => {
  it('measures what it asks and how that ended', async () => {
    const metrics = new MetricsCollector();
    const server = sdk.createServer();
    server.registerTool('fine', {}, () => text('fine'));
    server.registerTool('says_error', {}, () => ({ ...text('no'), isError: true }));
    const client = instrumentMcpClient(sdk.createClient(), metrics);
    instrumentMcpClient(client, metrics);
    await connectClient(sdk, server, client);
    await client.ping();
    await client.listTools();
    await client.callTool({ name: 'fine' });
    await client.callTool({ name: 'says_error' });
    await client.close();
    expect(readingsOf(metrics)).toEqual({
      [`${OPERATIONS}{method=initialize,outcome=ok}`]: 1,
      [`${OPERATIONS}{method=ping,outcome=ok}`]: 1,
      [`${OPERATIONS}{method=tools/list,outcome=ok}`]: 1,
      [`${OPERATIONS}{method=tools/call,outcome=ok}`]: 1,
      [`${OPERATIONS}{method=tools/call,outcome=error}`]: 1,
      'mcp_notifications_total{direction=sent,method=notifications/initialized}': 1,
    });
  });

  it('measures requests that a connection leaves without an answer', async () => {
    const metrics = new MetricsCollector();
    const server = sdk.createServer();
    let hasBegun = false;
    server.registerTool('never', {}, () => {
      hasBegun = true;
      return new Promise(() => undefined);
    });
    const client = instrumentMcpClient(sdk.createClient(), metrics);
    await connectClient(sdk, server, client);
    const unanswered = client.callTool({ name: 'never' }).catch(() => 'closed');
    await until(() => hasBegun);
    await client.close();
    expect(await unanswered).toBe('closed');
    expect(readingsOf(metrics)).toMatchObject({ [`${OPERATIONS}{method=tools/call,outcome=cancelled}`]: 1 });
  });

  it('counts a session once in a process that holds both ends', async () => {
    const metrics = new MetricsCollector();
    const server = instrumentMcpServer(sdk.createServer(), metrics);
    const client = instrumentMcpClient(sdk.createClient(), metrics);
    await connectClient(sdk, server, client);
    expect(readingsOf(metrics)).toMatchObject({ 'mcp_sessions_active{transport=memory}': 1 });
    await client.close();
    expect(readingsFrom(readingsOf(metrics), 'mcp_session')).toEqual({
      'mcp_sessions_active{transport=memory}': 0,
      'mcp_session_duration_seconds{transport=memory,protocol_version=2025-11-25}': 1,
    });
  });

  it('refuses a client that is connected already', async () => {
    const client = await connectClient(sdk, sdk.createServer());
    expect(() => instrumentMcpClient(client, new MetricsCollector())).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_MCP_CONNECTED' }),
    );
    await client.close();
  });
});

describe('what a server asks of its client', () => {
  const question = { message: 'Sure?', requestedSchema: { type: 'object' as const, properties: {} } };

  it('is measured on both ends, SDK v1', async () => {
    const metrics = new MetricsCollector();
    const server = instrumentMcpServer(new V1McpServer(IDENTITY), metrics);
    server.registerTool('ask', {}, async (extra) => {
      await extra.sendNotification({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
      const { action } = await server.server.elicitInput(question);
      return { content: [{ type: 'text', text: action }] };
    });
    const client = new V1Client(IDENTITY, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'decline' as const }));
    await askOverMemory(V1, server as never, client);
    expect(readingsOf(metrics)).toMatchObject({
      [`${OPERATIONS}{method=elicitation/create,outcome=ok}`]: 1,
      'mcp_notifications_total{direction=sent,method=notifications/progress}': 1,
      'mcp_tool_executions_total{tool=ask,outcome=ok}': 1,
    });
  });

  it('is measured on both ends, SDK v2', async () => {
    const metrics = new MetricsCollector();
    const clientMetrics = new MetricsCollector();
    const server = instrumentMcpServer(new V2McpServer(IDENTITY), metrics);
    server.registerTool('ask', {}, async (context) => {
      await context.mcpReq.notify({ method: 'notifications/progress', params: { progressToken: 1, progress: 1 } });
      const { action } = await context.mcpReq.elicitInput(question);
      return text(action) as never;
    });
    const client = instrumentMcpClient(new V2Client(IDENTITY, { capabilities: { elicitation: {} } }), clientMetrics);
    client.setRequestHandler('elicitation/create', () => ({ action: 'decline' as const }));
    await askOverMemory(V2, server as never, client);
    expect(readingsOf(metrics)).toMatchObject({
      [`${OPERATIONS}{method=elicitation/create,outcome=ok}`]: 1,
      'mcp_notifications_total{direction=sent,method=notifications/progress}': 1,
      'mcp_tool_executions_total{tool=ask,outcome=ok}': 1,
    });
    expect(readingsOf(clientMetrics)).toMatchObject({
      'mcp_requests_in_flight{method=elicitation/create}': 0,
      'mcp_notifications_total{direction=received,method=notifications/progress}': 1,
    });
  });

  async function askOverMemory(sdk: typeof V1, server: never, client: TestMcpClient): Promise<void> {
    await connectClient(sdk, server, client);
    expect(await client.callTool({ name: 'ask' })).toMatchObject(text('decline'));
    await client.close();
  }

  it('is given up when the connection ends', async () => {
    const metrics = new MetricsCollector();
    const server = instrumentMcpServer(new V2McpServer(IDENTITY), metrics);
    const wire = await connectWire(V2, server);
    const unanswered = server.server.ping().catch(() => 'closed');
    await wire.close();
    expect(await unanswered).toBe('closed');
    expect(readingsOf(metrics)).toMatchObject({ [`${OPERATIONS}{method=ping,outcome=cancelled}`]: 1 });
  });
});

describe('an instrumented client over HTTP', () => {
  let listener: HttpListener;
  const state = { slowCalls: 0 };
  beforeAll(async () => {
    const handler = createMcpHandler(() => {
      const server = new V2McpServer(IDENTITY);
      registerMatrixTools(server, state);
      return server;
    });
    const nodeHandler = toNodeHandler(handler);
    listener = await listen((req, res) => nodeHandler(req as Parameters<typeof nodeHandler>[0], res));
  });
  afterAll(() => listener.close());

  it('notices a request that is given up without a word to the server', async () => {
    const metrics = new MetricsCollector();
    const client = instrumentMcpClient(
      new V2Client(IDENTITY, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
      metrics,
      { naming: 'otel' },
    );
    await client.connect(new V2HttpClient(listener.url));
    await client.listTools();
    await client.callTool({ name: 'fine' });
    const giveUp = new AbortController();
    const before = state.slowCalls;
    const slow = client.callTool({ name: 'slow' }, { signal: giveUp.signal }).catch(() => 'given up');
    await until(() => state.slowCalls > before);
    giveUp.abort();
    expect(await slow).toBe('given up');
    await client.close();

    const shared = 'network_transport=tcp,mcp_protocol_version=2026-07-28';
    expect(readingsFrom(readingsOf(metrics), OPERATIONS, 'mcp_client_session')).toEqual({
      [`${OPERATIONS}{mcp_method_name=server/discover,gen_ai_tool_name=,error_type=,${shared}}`]: 1,
      [`${OPERATIONS}{mcp_method_name=tools/list,gen_ai_tool_name=,error_type=,${shared}}`]: 1,
      [`${OPERATIONS}{mcp_method_name=tools/call,gen_ai_tool_name=fine,error_type=,${shared}}`]: 1,
      [`${OPERATIONS}{mcp_method_name=tools/call,gen_ai_tool_name=slow,error_type=cancelled,${shared}}`]: 1,
    });
  });

  it.each([
    ['SDK v1', () => new V1Client(IDENTITY), (url: URL) => new V1HttpClient(url)],
    ['SDK v2', () => new V2Client(IDENTITY), (url: URL) => new V2HttpClient(url)],
  ])('notices a request that cannot be sent, %s', async (_title, createClient, createTransport) => {
    const closed = await listen(() => Promise.resolve());
    await closed.close();
    const metrics = new MetricsCollector();
    const client = instrumentMcpClient(createClient() as TestMcpClient, metrics);
    await expect(client.connect(createTransport(closed.url) as never)).rejects.toThrow('fetch failed');
    expect(readingsOf(metrics)).toEqual({ [`${OPERATIONS}{method=initialize,outcome=error}`]: 1 });
  });

  it('leaves the session to the server', async () => {
    const metrics = new MetricsCollector();
    const client = instrumentMcpClient(new V1Client(IDENTITY), metrics);
    await client.connect(new V1HttpClient(listener.url));
    await client.callTool({ name: PROBE });
    await client.close();
    expect(readingsFrom(readingsOf(metrics), 'mcp_session')).toEqual({});
  });
});
