import { describe, expect, it } from '@jest/globals';
import { McpServer as V1McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { z } from 'zod';
import { MetricsCollector } from '@bduf/metrics-core';
import {
  ManualClock,
  enableToolExecutionMarks,
  isToolExecutionMarked,
  runWithToolExecutionMark,
} from '@bduf/metrics-core/primitives';
import { instrumentMcpServer } from '@bduf/metrics-mcp';
import { type TestSdk, type TestServer, V1, V2, connectClient, connectWire } from './support/in-memory.ts';
import { readingsFrom, readingsOf } from './support/readings.ts';
import { text } from './support/text-result.ts';

const EXECUTIONS = 'mcp_tool_executions_total';
const ERRORS = 'mcp_tool_errors_total';

/** What both SDKs return for a tool. */
interface RegisteredTool {
  update(changes: object): void;
  disable(): void;
  remove(): void;
}

/** A measured server with one tool that answers well. */
function serverWithTool(sdk: TestSdk, metrics: MetricsCollector): TestServer {
  const server = instrumentMcpServer(sdk.createServer(), metrics);
  server.registerTool('fine', {}, () => text('fine'));
  return server;
}

describe.each([V1, V2])('an instrumented server of $title', (sdk) => {
  describe('leaves nothing in flight', () => {
    it('when a cancelled request never gets an answer', async () => {
      const metrics = new MetricsCollector();
      const server = instrumentMcpServer(sdk.createServer(), metrics);
      server.registerTool('never', {}, () => new Promise(() => undefined));
      const wire = await connectWire(sdk, server);
      await wire.send({ id: 7, method: 'tools/call', params: { name: 'never' } });
      expect(readingsOf(metrics)).toMatchObject({ 'mcp_requests_in_flight{method=tools/call}': 1 });

      await wire.send({ method: 'notifications/cancelled', params: { requestId: 7 } });
      expect(readingsOf(metrics)).toMatchObject({
        'mcp_requests_in_flight{method=tools/call}': 0,
        [`${ERRORS}{tool=never,error_type=cancelled}`]: 1,
      });
      await wire.close();
      expect(readingsFrom(readingsOf(metrics), EXECUTIONS)).toEqual({
        [`${EXECUTIONS}{tool=never,outcome=cancelled}`]: 1,
      });
    });

    it('when the connection ends first', async () => {
      const metrics = new MetricsCollector();
      const server = instrumentMcpServer(sdk.createServer(), metrics);
      server.registerTool('never', {}, () => new Promise(() => undefined));
      const wire = await connectWire(sdk, server);
      for (const id of ['a', 'b', 'c']) await wire.send({ id, method: 'tools/call', params: { name: 'never' } });
      expect(readingsOf(metrics)).toMatchObject({ 'mcp_requests_in_flight{method=tools/call}': 3 });

      await wire.close();
      expect(readingsOf(metrics)).toMatchObject({
        'mcp_requests_in_flight{method=tools/call}': 0,
        [`${ERRORS}{tool=never,error_type=connection_closed}`]: 3,
      });
    });

    it('when a peer uses the id of a request that still waits', async () => {
      const metrics = new MetricsCollector();
      const server = instrumentMcpServer(sdk.createServer(), metrics);
      server.registerTool('never', {}, () => new Promise(() => undefined));
      const wire = await connectWire(sdk, server);
      for (let round = 0; round < 3; round++)
        await wire.send({ id: 1, method: 'tools/call', params: { name: 'never' } });
      expect(readingsOf(metrics)).toMatchObject({
        'mcp_requests_in_flight{method=tools/call}': 1,
        [`${ERRORS}{tool=never,error_type=duplicate_request_id}`]: 2,
      });
      await wire.close();
      expect(readingsOf(metrics)).toMatchObject({ 'mcp_requests_in_flight{method=tools/call}': 0 });
    });

    it('when peers send what no protocol allows', async () => {
      const metrics = new MetricsCollector();
      const failures: unknown[] = [];
      const server = instrumentMcpServer(sdk.createServer(), metrics, { onError: (error) => failures.push(error) });
      server.registerTool('fine', {}, () => text('fine'));
      const wire = await connectWire(sdk, server);
      await wire.send({ id: 1, method: 'tools/call' });
      await wire.send({ id: 2, method: 'tools/call', params: { name: { deep: 'fine' }, _meta: { traceparent: 7 } } });
      await wire.send({ id: 3, method: 'no/such', params: { uri: 7 } });
      await wire.send({ method: 'notifications/cancelled', params: {} });
      await wire.send({ method: 'notifications/cancelled', params: { requestId: 999 } });
      await wire.send({ id: 999, result: {} });
      await wire.send({ id: 998, error: { code: 'x' } });
      await wire.close();
      expect(failures).toEqual([]);
      expect(new Set(Object.values(readingsFrom(readingsOf(metrics), 'mcp_requests_in_flight')))).toEqual(new Set([0]));
    });
  });

  describe('bounds what peers choose', () => {
    it('gives 10 000 hostile tool names one series', async () => {
      const metrics = new MetricsCollector();
      const wire = await connectWire(sdk, serverWithTool(sdk, metrics));
      for (let call = 0; call < 10_000; call++) {
        await wire.send({ id: call, method: 'tools/call', params: { name: `hostile-${call}` } });
      }
      await settled();
      await wire.close();
      expect(wire.answers).toHaveLength(10_000);
      const readings = readingsOf(metrics);
      expect(readingsFrom(readings, EXECUTIONS)).toEqual({ [`${EXECUTIONS}{tool=_OTHER,outcome=error}`]: 10_000 });
      expect(readingsFrom(readings, ERRORS)).toEqual({ [`${ERRORS}{tool=_OTHER,error_type=unknown_tool}`]: 10_000 });
    }, 60_000);

    it('gives hostile methods one series each for requests and notifications', async () => {
      const metrics = new MetricsCollector();
      const wire = await connectWire(sdk, serverWithTool(sdk, metrics));
      for (let call = 0; call < 100; call++) {
        await wire.send({ id: call, method: `hostile/${call}` });
        await wire.send({ method: `notifications/hostile/${call}` });
      }
      await wire.close();
      expect(readingsFrom(readingsOf(metrics), 'mcp_requests_in_flight', 'mcp_notifications_total')).toEqual({
        'mcp_requests_in_flight{method=_OTHER}': 0,
        'mcp_notifications_total{direction=received,method=_OTHER}': 100,
      });
    });

    it('labels at most maxNames tools of its own, and still knows why the others failed', async () => {
      const metrics = new MetricsCollector();
      const server = instrumentMcpServer(sdk.createServer(), metrics, { maxNames: 2 });
      for (const name of ['a', 'b', 'c']) server.registerTool(name, {}, () => text(name));
      server.registerTool('typed', { inputSchema: { n: z.number() } }, () => text('typed'));
      const client = await connectClient(sdk, server);
      for (const name of ['a', 'b', 'c', 'typed']) await client.callTool({ name });
      await client.close();
      expect(readingsFrom(readingsOf(metrics), EXECUTIONS, ERRORS)).toEqual({
        [`${EXECUTIONS}{tool=a,outcome=ok}`]: 1,
        [`${EXECUTIONS}{tool=b,outcome=ok}`]: 1,
        [`${EXECUTIONS}{tool=_OTHER,outcome=ok}`]: 1,
        [`${EXECUTIONS}{tool=_OTHER,outcome=error}`]: 1,
        [`${ERRORS}{tool=_OTHER,error_type=invalid_arguments}`]: 1,
      });
    });

    it('gives exceptions that are named after input one series', async () => {
      const metrics = new MetricsCollector();
      const server = instrumentMcpServer(sdk.createServer(), metrics, { maxNames: 3 });
      server.registerTool('throws', { inputSchema: { name: z.string() } }, ({ name }: { readonly name: string }) => {
        throw Object.assign(new Error('x'), { name });
      });
      const client = await connectClient(sdk, server);
      for (let call = 0; call < 50; call++) {
        await client.callTool({ name: 'throws', arguments: { name: `Hostile${call}Error` } });
      }
      await client.close();
      const errors = readingsFrom(readingsOf(metrics), ERRORS);
      expect(Object.keys(errors)).toHaveLength(4);
      expect(errors).toMatchObject({ [`${ERRORS}{tool=throws,error_type=_OTHER}`]: 47 });
    });

    it('labels methods that the application names', async () => {
      const metrics = new MetricsCollector();
      const server = instrumentMcpServer(sdk.createServer(), metrics, { methods: ['app/refresh'] });
      const wire = await connectWire(sdk, server);
      await wire.send({ id: 1, method: 'app/refresh' });
      await wire.close();
      expect(readingsOf(metrics)).toMatchObject({ 'mcp_requests_in_flight{method=app/refresh}': 0 });
    });
  });

  describe('knows its tools', () => {
    it('that were registered before it was instrumented', async () => {
      const metrics = new MetricsCollector();
      const server = sdk.createServer();
      server.registerTool('throws', {}, () => {
        throw new TypeError('x');
      });
      instrumentMcpServer(server, metrics);
      const client = await connectClient(sdk, server);
      await client.callTool({ name: 'throws' });
      await client.close();
      expect(readingsFrom(readingsOf(metrics), ERRORS)).toEqual({ [`${ERRORS}{tool=throws,error_type=TypeError}`]: 1 });
    });

    it('through changes of name and callback, switching off and removal', async () => {
      const metrics = new MetricsCollector();
      const server = instrumentMcpServer(sdk.createServer(), metrics);
      const tool = server.registerTool('old', {}, () => text('old')) as RegisteredTool;
      const short = server.registerTool('short', {}, () => text('short')) as RegisteredTool;
      const client = await connectClient(sdk, server);
      const call = (name: string): Promise<unknown> => client.callTool({ name }).catch(() => undefined);
      await call('old');
      await call('short');
      tool.update({
        name: 'new',
        callback: () => {
          throw new SyntaxError('x');
        },
      });
      await call('old');
      await call('new');
      tool.disable();
      await call('new');
      short.remove();
      await call('short');
      await client.close();
      expect(readingsFrom(readingsOf(metrics), EXECUTIONS, ERRORS)).toEqual({
        [`${EXECUTIONS}{tool=old,outcome=ok}`]: 1,
        [`${EXECUTIONS}{tool=old,outcome=error}`]: 1,
        [`${EXECUTIONS}{tool=new,outcome=error}`]: 2,
        [`${EXECUTIONS}{tool=short,outcome=ok}`]: 1,
        [`${EXECUTIONS}{tool=short,outcome=error}`]: 1,
        [`${ERRORS}{tool=old,error_type=unknown_tool}`]: 1,
        [`${ERRORS}{tool=new,error_type=SyntaxError}`]: 1,
        [`${ERRORS}{tool=new,error_type=disabled_tool}`]: 1,
        [`${ERRORS}{tool=short,error_type=unknown_tool}`]: 1,
      });
    });

    it('when a server is made for each request', async () => {
      const metrics = new MetricsCollector();
      for (let request = 0; request < 20; request++) {
        const client = await connectClient(sdk, serverWithTool(sdk, metrics));
        await client.callTool({ name: 'fine' });
        await client.close();
      }
      expect(readingsFrom(readingsOf(metrics), EXECUTIONS)).toEqual({ [`${EXECUTIONS}{tool=fine,outcome=ok}`]: 20 });
    });
  });

  describe('does not get in the way', () => {
    it('of what the SDK hands to a tool, nor of what the tool throws', async () => {
      const received: unknown[][] = [];
      const server = instrumentMcpServer(sdk.createServer(), new MetricsCollector());
      server.registerTool('echo', { inputSchema: { n: z.number() } }, (...args: readonly never[]) => {
        received.push([...args]);
        return text('echo');
      });
      server.registerTool('throws', {}, () => {
        throw new Error('the very message');
      });
      const client = await connectClient(sdk, server);
      expect(await client.callTool({ name: 'echo', arguments: { n: 1 } })).toMatchObject(text('echo'));
      expect(await client.callTool({ name: 'throws' })).toMatchObject({ isError: true, ...text('the very message') });
      await client.close();
      const [args, context] = received[0] ?? [];
      expect(args).toEqual({ n: 1 });
      const { signal, mcpReq } = context as {
        readonly signal?: unknown;
        readonly mcpReq?: { readonly signal: unknown };
      };
      expect(signal ?? mcpReq?.signal).toBeInstanceOf(AbortSignal);
    });

    it('when metrics throw: answers are those of a server without metrics', async () => {
      // Strict, and with room for one series: the second tool, outcome and method are refused, which throws.
      const metrics = new MetricsCollector({ strict: true, limits: { seriesPerMetric: 1 } });
      const failures: unknown[] = [];
      const script = async (server: TestServer): Promise<readonly unknown[]> => {
        server.registerTool('fine', {}, () => text('fine'));
        server.registerTool('throws', {}, () => {
          throw new Error('x');
        });
        server.registerTool('typed', { inputSchema: { n: z.number() } }, () => text('typed'));
        const client = await connectClient(sdk, server);
        const answers: unknown[] = [await client.listTools()];
        for (const name of ['fine', 'throws', 'typed', 'unknown', 'fine']) {
          answers.push(await client.callTool({ name }).catch((error: unknown) => String(error)));
        }
        await client.close();
        return answers;
      };
      const plain = await script(sdk.createServer());
      const onError = (error: unknown): never => {
        failures.push(error);
        throw new Error('onError itself fails');
      };
      const measured = await script(instrumentMcpServer(sdk.createServer(), metrics, { onError }));
      expect(measured).toEqual(plain);
      expect(failures.length).toBeGreaterThan(0);
      expect(String(failures[0])).toContain('mcp_requests_in_flight');
    });

    it('of members of a transport that it has never heard of', async () => {
      class OddTransport {
        #isOpen = false;
        onmessage: unknown;
        onclose: (() => void) | undefined;
        onerror: unknown;
        start(): Promise<void> {
          this.#isOpen = true;
          return Promise.resolve();
        }
        send(): Promise<void> {
          return Promise.resolve();
        }
        close(): Promise<void> {
          this.#isOpen = false;
          this.onclose?.();
          return Promise.resolve();
        }
        get isOpen(): boolean {
          return this.#isOpen;
        }
        answerOf(question: string): string {
          return `${question}: ${this.#isOpen ? 42 : 0}`;
        }
      }
      const server = serverWithTool(sdk, new MetricsCollector());
      await server.connect(new OddTransport() as never);
      const seen = (server.server as unknown as { readonly transport: OddTransport }).transport;
      expect(seen).toBeInstanceOf(OddTransport);
      expect(seen.constructor.name).toBe('OddTransport');
      expect(seen.isOpen).toBe(true);
      expect(seen.answerOf('all')).toBe('all: 42');
      await server.close();
      expect(seen.isOpen).toBe(false);
    });

    it('of the complaint of the SDK about something that is no transport', async () => {
      const plain = await sdk
        .createServer()
        .connect(undefined as never)
        .catch(String);
      expect(
        await serverWithTool(sdk, new MetricsCollector())
          .connect(undefined as never)
          .catch(String),
      ).toBe(plain);
    });
  });

  describe('counts once', () => {
    it('a server that is instrumented twice, at both levels', async () => {
      const metrics = new MetricsCollector();
      const server = serverWithTool(sdk, metrics);
      instrumentMcpServer(server, metrics);
      instrumentMcpServer(server.server, metrics);
      const client = await connectClient(sdk, server);
      await client.callTool({ name: 'fine' });
      await client.close();
      expect(readingsFrom(readingsOf(metrics), EXECUTIONS)).toEqual({ [`${EXECUTIONS}{tool=fine,outcome=ok}`]: 1 });
    });

    it('a session that is initialized twice, and none when initialize fails', async () => {
      const metrics = new MetricsCollector();
      const initialize = (id: number, params: object): object => ({ id, method: 'initialize', params });
      const wire = await connectWire(sdk, serverWithTool(sdk, metrics));
      await wire.send(initialize(1, { protocolVersion: 7 }));
      await settled();
      expect(wire.answers).toMatchObject([{ id: 1, error: {} }]);
      expect(readingsFrom(readingsOf(metrics), 'mcp_session')).toEqual({});

      const valid = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
      await wire.send(initialize(2, valid));
      await wire.send(initialize(3, valid));
      await settled();
      expect(readingsFrom(readingsOf(metrics), 'mcp_session')).toEqual({ 'mcp_sessions_active{transport=memory}': 1 });
      await wire.close();
      expect(readingsFrom(readingsOf(metrics), 'mcp_session')).toEqual({
        'mcp_sessions_active{transport=memory}': 0,
        'mcp_session_duration_seconds{transport=memory,protocol_version=2025-06-18}': 1,
      });
    });

    it('a server that connects again', async () => {
      const metrics = new MetricsCollector();
      const server = serverWithTool(sdk, metrics);
      for (let connection = 0; connection < 3; connection++) {
        const client = await connectClient(sdk, server);
        await client.callTool({ name: 'fine' });
        await client.close();
      }
      expect(readingsFrom(readingsOf(metrics), EXECUTIONS, 'mcp_session_duration_seconds')).toEqual({
        [`${EXECUTIONS}{tool=fine,outcome=ok}`]: 3,
        'mcp_session_duration_seconds{transport=memory,protocol_version=2025-11-25}': 3,
      });
    });
  });

  it('measures no tool that is excluded', async () => {
    const metrics = new MetricsCollector();
    const server = instrumentMcpServer(sdk.createServer(), metrics, { exclude: ['quiet'] });
    server.registerTool('quiet', {}, () => text('quiet'));
    const client = await connectClient(sdk, server);
    const before = readingsOf(metrics);
    await client.callTool({ name: 'quiet' });
    expect(readingsOf(metrics)).toEqual(before);
    await client.close();
  });

  it('measures seconds from the request to its answer, and characters of text', async () => {
    const clock = new ManualClock();
    const metrics = new MetricsCollector();
    const server = instrumentMcpServer(sdk.createServer(), metrics, { clock });
    server.registerTool('slow', {}, () => {
      clock.advance(250);
      return text('0123456789');
    });
    const client = await connectClient(sdk, server);
    await client.callTool({ name: 'slow' });
    clock.advance(1000);
    await client.close();
    expect(sumOf(metrics, 'mcp_tool_duration_seconds')).toBe(0.25);
    expect(sumOf(metrics, 'mcp_tool_result_chars')).toBe(10);
    expect(sumOf(metrics, 'mcp_session_duration_seconds')).toBe(1.25);
  });

  it('counts notifications of both directions', async () => {
    const metrics = new MetricsCollector();
    const server = serverWithTool(sdk, metrics);
    const client = await connectClient(sdk, server);
    server.registerTool('late', {}, () => text('late'));
    await settled();
    await client.close();
    expect(readingsFrom(readingsOf(metrics), 'mcp_notifications_total')).toEqual({
      'mcp_notifications_total{direction=received,method=notifications/initialized}': 1,
      'mcp_notifications_total{direction=sent,method=notifications/tools/list_changed}': 1,
    });
  });

  it('refuses a server that is connected already, and options out of range', async () => {
    const server = sdk.createServer();
    server.registerTool('fine', {}, () => text('fine'));
    const client = await connectClient(sdk, server);
    expect(() => instrumentMcpServer(server, new MetricsCollector())).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_MCP_CONNECTED' }),
    );
    await client.close();
    for (const options of [{ maxNames: 0 }, { maxNames: 1.5 }, { naming: 'unknown' as 'otel' }]) {
      expect(() => instrumentMcpServer(sdk.createServer(), new MetricsCollector(), options)).toThrow(
        expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID' }),
      );
    }
  });

  it('marks executions for whoever else would count them', async () => {
    enableToolExecutionMarks();
    const metrics = new MetricsCollector();
    const seen: boolean[] = [];
    const server = instrumentMcpServer(sdk.createServer(), metrics);
    server.registerTool('marked', {}, async () => {
      await settled();
      seen.push(isToolExecutionMarked({ tool: 'marked', recorder: metrics }));
      seen.push(isToolExecutionMarked({ tool: 'other', recorder: metrics }));
      seen.push(isToolExecutionMarked({ tool: 'marked', recorder: new MetricsCollector() }));
      return text('marked');
    });
    const client = await connectClient(sdk, server);
    await runWithToolExecutionMark({ tool: 'around', recorder: metrics }, () => client.callTool({ name: 'marked' }));
    await client.close();
    expect(seen).toEqual([true, false, false]);
  });
});

it('measures tools registered through the older method of SDK v1', async () => {
  const metrics = new MetricsCollector();
  const server = instrumentMcpServer(new V1McpServer({ name: 'test', version: '1' }), metrics);
  server.tool('old', { n: z.number() }, ({ n }) => {
    if (n < 0) throw new RangeError('x');
    return { content: [{ type: 'text', text: String(n) }] };
  });
  const client = await connectClient(V1, server);
  await client.callTool({ name: 'old', arguments: { n: 1 } });
  await client.callTool({ name: 'old', arguments: { n: -1 } });
  await client.callTool({ name: 'old', arguments: { n: 'x' } });
  await client.close();
  expect(readingsFrom(readingsOf(metrics), EXECUTIONS, ERRORS)).toEqual({
    [`${EXECUTIONS}{tool=old,outcome=ok}`]: 1,
    [`${EXECUTIONS}{tool=old,outcome=error}`]: 2,
    [`${ERRORS}{tool=old,error_type=RangeError}`]: 1,
    [`${ERRORS}{tool=old,error_type=invalid_arguments}`]: 1,
  });
});

/** Lets everything happen that is ready to happen. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Sum of all observations of a histogram that has one series. */
function sumOf(metrics: MetricsCollector, name: string): number | undefined {
  const family = metrics.gatherSync({ names: new Set([name]) })[0];
  return family?.blocks[0]?.values[family.width - 1];
}
