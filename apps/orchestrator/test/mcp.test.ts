import { once } from 'node:events';
import http, { type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { McpServer } from '@modelcontextprotocol/server';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApplicationMetrics } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import express from 'express';
import { HttpServer } from '../src/http/http-server.ts';
import { createMcpEndpoint } from '../src/mcp/mcp-endpoint.ts';
import { type Orchestrator, startOrchestrator } from '../src/orchestrator.ts';

let orchestrator: Orchestrator;
beforeAll(async () => {
  orchestrator = await startOrchestrator({
    host: '127.0.0.1',
    port: 0,
    mayMove: false,
    traffic: undefined,
    onError: (error) => {
      throw error;
    },
  });
});
afterAll(() => orchestrator.stop());

const MODERN = { versionNegotiation: { mode: { pin: '2026-07-28' } } } as const;

async function connect(origin: string, options = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '0.0.0' }, options);
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', origin)));
  return client;
}

async function post(
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<{ status: number; body: string }> {
  const req = http.request(`${orchestrator.origin}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
  });
  req.end(JSON.stringify(body));
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, body: await text(response) };
}

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '0' } },
};

describe('the MCP endpoint', () => {
  it('is where the printed configuration says', () => {
    const config = JSON.parse(orchestrator.mcpConfig) as { mcpServers: Record<string, { type: string; url: string }> };
    expect(config.mcpServers['bduf-orchestrator']).toEqual({ type: 'http', url: `${orchestrator.origin}/mcp` });
  });

  it.each([
    ['2025-11-25', {}],
    ['2026-07-28', MODERN],
  ])('serves clients of protocol %s with the data of the REST API', async (_version, options) => {
    const client = await connect(orchestrator.origin, options);
    const created = await client.callTool({
      name: 'create_project',
      arguments: { name: 'Over MCP', stakeholders: ['Ada', 'Bruno'] },
    });
    const { id } = created.structuredContent as { id: number };
    const [content] = created.content;
    expect(content?.type === 'text' && JSON.parse(content.text)).toEqual(created.structuredContent);
    const project = await (await fetch(`${orchestrator.origin}/api/projects/${id}`)).json();
    expect(project).toEqual(created.structuredContent);
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`project://${id}`);
    await expect(client.readResource({ uri: 'project://999999' })).rejects.toThrow('There is no project 999999');
    await client.close();
  });

  it('tells why it refuses', async () => {
    const client = await connect(orchestrator.origin, MODERN);
    const refused = await client.callTool({ name: 'start_task', arguments: { projectId: 999_999, taskId: 1 } });
    expect(refused).toMatchObject({ isError: true, content: [{ text: 'There is no project 999999.' }] });
    const invalid = await client.callTool({ name: 'add_requirement', arguments: { projectId: 1, text: 'short' } });
    expect(invalid).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('text') }] });
    await client.close();
  });

  it('describes each tool and its arguments', async () => {
    const client = await connect(orchestrator.origin);
    const { tools } = await client.listTools();
    const planning = tools.filter(({ annotations }) => annotations?.openWorldHint !== false);
    expect([planning.length, tools.length]).toEqual([11, 16]);
    for (const { description, inputSchema } of planning) {
      expect(description).toMatch(/^[A-Z].*\.$/);
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
    }
    await client.close();
  });

  it('refuses requests under another host name or from another page, which a browser would send', async () => {
    expect((await post({ host: 'evil.example' }, INITIALIZE)).status).toBe(403);
    expect((await post({ origin: 'http://evil.example' }, INITIALIZE)).status).toBe(403);
    expect((await post({}, INITIALIZE)).status).toBe(200);
  });

  it('refuses a session that it does not know, and a request without one', async () => {
    const list = { jsonrpc: '2.0', id: 2, method: 'tools/list' };
    expect((await post({ 'mcp-session-id': 'unknown' }, list)).status).toBe(404);
    expect((await post({}, list)).status).toBe(400);
    expect((await post({}, undefined)).status).toBe(400);
  });

  it('is measured', () => {
    const executions = orchestrator.collector.getMetric(ApplicationMetrics.MCP_TOOL_EXECUTIONS_TOTAL)?.values() ?? [];
    const count = (tool: string, outcome: string): number =>
      executions.find(({ labels }) => labels?.['tool'] === tool && labels['outcome'] === outcome)?.value ?? 0;
    expect(count('create_project', 'ok')).toBe(2);
    expect(count('start_task', 'error')).toBe(1);
  });
});

describe('sessions of the legacy era', () => {
  it('end when their client has been away for a while, and not while it listens', async () => {
    const clock = new ManualClock();
    let closed = 0;
    let streams = 0;
    const endpoint = createMcpEndpoint({
      createServer: () => {
        const server = new McpServer({ name: 'test', version: '0' });
        server.registerTool('ping', {}, () => ({ content: [] }));
        // eslint-disable-next-line unicorn/prefer-add-event-listener -- An MCP server is no event target.
        server.server.onclose = () => {
          closed += 1;
        };
        return server;
      },
      isLocal: true,
      onSession: () => () => undefined,
      clock,
      onError: () => undefined,
    });
    const app = express();
    app.use((req, res, next) => {
      if (req.method === 'GET') {
        streams += 1;
        res.once('close', () => {
          streams -= 1;
        });
      }
      next();
    });
    app.use(endpoint.router);
    const server = await HttpServer.start(app, { host: '127.0.0.1', port: 0, mayMove: false });
    const [listener, deserter] = [await connect(server.origin), await connect(server.origin)];
    await until(() => streams === 2);
    await deserter.close();
    await until(() => streams === 1);
    clock.advance(300_000);
    expect(closed).toBe(0);
    clock.advance(60_000);
    expect(closed).toBe(1);
    await expect(listener.callTool({ name: 'ping' })).resolves.toMatchObject({ content: [] });
    await endpoint.close();
    expect(closed).toBe(2);
    await listener.close();
    await server.stop(0);
  });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!holds() && performance.now() < deadline) await sleep(5);
  expect(holds()).toBe(true);
}
