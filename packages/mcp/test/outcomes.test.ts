import { beforeAll, describe, expect, it } from '@jest/globals';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { MetricsCollector } from '@bduf/metrics-core';
import { listen } from './support/http-listener.ts';
import { PROBE } from './support/matrix-tools.ts';
import { type Readings, readingsFrom, readingsOf } from './support/readings.ts';
import { V1_WORLDS, createV1Client, createV1Server } from './support/v1-worlds.ts';
import { V2_WORLDS } from './support/v2-worlds.ts';
import { type OpenWorld, type World, until } from './support/world.ts';

/** Starting a process takes long where many do so at once. */
const SLOW_MACHINE_MS = 60_000;

/** Calls tools so that each outcome occurs once, then ends the connection. */
async function runAllOutcomes({ client, ...world }: OpenWorld, abortedAs: string): Promise<Readings> {
  expect(await client.listTools()).toContain('fine');
  expect(await client.callTool('fine')).toEqual({ isError: false, text: '0123456789' });
  expect(await client.callTool('throws')).toEqual({ isError: true, text: 'out of range' });
  expect(await client.callTool('says_error')).toEqual({ isError: true, text: 'no' });
  expect(await client.callTool('typed', { n: 'x' })).toMatchObject({ isError: true });
  expect(await client.callTool('bad_output')).toMatchObject({ isError: true });
  // Version 1 answers with a result, version 2 with a protocol error.
  await client.callTool('no_such_tool').catch(() => undefined);

  const giveUp = new AbortController();
  const slow = client.callTool('slow', {}, { signal: giveUp.signal }).then(
    () => 'answered',
    () => 'given up',
  );
  await until(async () => (await client.callTool(PROBE)).text === '1');
  giveUp.abort();
  expect(await slow).toBe('given up');
  const isRecorded = async (): Promise<boolean> => {
    const readings = await world.readings();
    // A child process cannot be looked into, but it handles messages in order.
    if (readings === undefined) return (await client.callTool(PROBE)).text === '1';
    return `mcp_tool_errors_total{tool=slow,error_type=${abortedAs}}` in readings;
  };
  // Without a session a cancellation reaches another server than the call; that one notices the end of the connection.
  if (abortedAs === 'cancelled') await until(isRecorded);
  await world.close();
  await until(isRecorded);
  return (await world.readings()) ?? {};
}

describe.each([...V1_WORLDS, ...V2_WORLDS])('$title', (world: World) => {
  let readings: Readings;
  beforeAll(async () => {
    readings = await runAllOutcomes(await world.open(), world.abortedAs);
  }, SLOW_MACHINE_MS);

  it('tells all outcomes of tools apart and counts each call once', () => {
    expect(readingsFrom(readings, 'mcp_tool_executions_total', 'mcp_tool_errors_total')).toEqual({
      'mcp_tool_executions_total{tool=fine,outcome=ok}': 1,
      'mcp_tool_executions_total{tool=throws,outcome=error}': 1,
      'mcp_tool_executions_total{tool=says_error,outcome=error}': 1,
      'mcp_tool_executions_total{tool=typed,outcome=error}': 1,
      'mcp_tool_executions_total{tool=bad_output,outcome=error}': 1,
      'mcp_tool_executions_total{tool=_OTHER,outcome=error}': 1,
      'mcp_tool_executions_total{tool=slow,outcome=cancelled}': 1,
      'mcp_tool_errors_total{tool=throws,error_type=RangeError}': 1,
      'mcp_tool_errors_total{tool=says_error,error_type=tool_error}': 1,
      'mcp_tool_errors_total{tool=typed,error_type=invalid_arguments}': 1,
      'mcp_tool_errors_total{tool=bad_output,error_type=invalid_result}': 1,
      'mcp_tool_errors_total{tool=_OTHER,error_type=unknown_tool}': 1,
      [`mcp_tool_errors_total{tool=slow,error_type=${world.abortedAs}}`]: 1,
    });
    const durations = readingsFrom(readings, 'mcp_tool_duration_seconds');
    expect(Object.values(durations)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it('is left with nothing in flight', () => {
    const inFlight = readingsFrom(readings, 'mcp_requests_in_flight');
    expect(inFlight).toMatchObject({ 'mcp_requests_in_flight{method=tools/call}': 0 });
    expect(new Set(Object.values(inFlight))).toEqual(new Set([0]));
  });

  it('counts a session once where there is one, and invents none', () => {
    const labels = `transport=${world.transport},protocol_version=${world.protocolVersion}`;
    expect(readingsFrom(readings, 'mcp_session')).toEqual(
      world.hasSession
        ? {
            [`mcp_session_duration_seconds{${labels}}`]: 1,
            [`mcp_sessions_active{transport=${world.transport}}`]: 0,
          }
        : {},
    );
  });
});

describe('an HTTP session', () => {
  it('that its client never deletes stays active until the application closes it', async () => {
    const metrics = new MetricsCollector();
    let transport: StreamableHTTPServerTransport | undefined;
    const listener = await listen(async (req, res) => {
      if (transport === undefined) {
        transport = new StreamableHTTPServerTransport({ sessionIdGenerator: () => 'only' });
        await createV1Server(metrics, { slowCalls: 0 }).connect(transport);
      }
      await transport.handleRequest(req, res);
    });
    const client = createV1Client();
    await client.connect(new StreamableHTTPClientTransport(listener.url));
    await client.close();
    await until(() => readingsOf(metrics)['mcp_requests_in_flight{method=initialize}'] === 0);
    expect(readingsFrom(readingsOf(metrics), 'mcp_session')).toEqual({ 'mcp_sessions_active{transport=http}': 1 });

    await transport?.close();
    expect(readingsFrom(readingsOf(metrics), 'mcp_session')).toEqual({
      'mcp_sessions_active{transport=http}': 0,
      'mcp_session_duration_seconds{transport=http,protocol_version=2025-11-25}': 1,
    });
    await listener.close();
  });
});
