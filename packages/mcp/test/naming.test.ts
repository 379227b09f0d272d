import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { Exemplar } from '@bduf/metrics-core/interfaces';
import { instrumentMcpClient, instrumentMcpServer } from '@bduf/metrics-mcp';
import { type TestSdk, V1, V2, connectClient } from './support/in-memory.ts';
import { type Readings, readingsFrom, readingsOf } from './support/readings.ts';
import { text } from './support/text-result.ts';

const OPERATION = 'mcp_server_operation_duration_seconds';

async function runSession(sdk: TestSdk, metrics: MetricsCollector, naming: 'otel' | 'both'): Promise<Readings> {
  const server = instrumentMcpServer(sdk.createServer(), metrics, { naming });
  server.registerTool('fine', {}, () => text('fine'));
  server.registerTool('throws', {}, () => {
    throw new RangeError('x');
  });
  const client = await connectClient(sdk, server);
  await client.callTool({ name: 'fine' });
  await client.callTool({ name: 'throws' });
  await client.close();
  return readingsOf(metrics);
}

const OTEL_READINGS = {
  [`${OPERATION}{mcp_method_name=initialize,gen_ai_tool_name=,error_type=,network_transport=,mcp_protocol_version=}`]: 1,
  [`${OPERATION}{mcp_method_name=tools/call,gen_ai_tool_name=fine,error_type=,network_transport=,mcp_protocol_version=2025-11-25}`]: 1,
  [`${OPERATION}{mcp_method_name=tools/call,gen_ai_tool_name=throws,error_type=tool_error,network_transport=,mcp_protocol_version=2025-11-25}`]: 1,
  'mcp_server_session_duration_seconds{network_transport=,mcp_protocol_version=2025-11-25}': 1,
};

describe.each([V1, V2])('naming, $title', (sdk) => {
  it('of OpenTelemetry replaces the names that it has others for', async () => {
    const readings = await runSession(sdk, new MetricsCollector(), 'otel');
    expect(readingsFrom(readings, 'mcp_server_')).toEqual(OTEL_READINGS);
    expect(readingsFrom(readings, 'mcp_tool_', 'mcp_session_')).toEqual({
      'mcp_tool_result_chars{tool=fine}': 1,
      'mcp_tool_result_chars{tool=throws}': 1,
    });
    expect(readingsFrom(readings, 'mcp_requests_in_flight', 'mcp_sessions_active')).toEqual({
      'mcp_requests_in_flight{method=initialize}': 0,
      'mcp_requests_in_flight{method=tools/call}': 0,
      'mcp_sessions_active{transport=memory}': 0,
    });
  });

  it('of both kinds records everything under both', async () => {
    const readings = await runSession(sdk, new MetricsCollector(), 'both');
    expect(readingsFrom(readings, 'mcp_server_')).toEqual(OTEL_READINGS);
    expect(readingsFrom(readings, 'mcp_tool_executions', 'mcp_tool_errors', 'mcp_session_duration')).toEqual({
      'mcp_tool_executions_total{tool=fine,outcome=ok}': 1,
      'mcp_tool_executions_total{tool=throws,outcome=error}': 1,
      'mcp_tool_errors_total{tool=throws,error_type=RangeError}': 1,
      'mcp_session_duration_seconds{transport=memory,protocol_version=2025-11-25}': 1,
    });
  });

  it('of clients: OpenTelemetry has sessions of clients, and with both the specified labels stay', async () => {
    const otel = new MetricsCollector();
    const both = new MetricsCollector();
    for (const [metrics, naming] of [
      [otel, 'otel'],
      [both, 'both'],
    ] as const) {
      const client = instrumentMcpClient(sdk.createClient(), metrics, { naming });
      await connectClient(sdk, sdk.createServer(), client);
      await client.close();
    }
    const session = 'mcp_client_session_duration_seconds{network_transport=,mcp_protocol_version=2025-11-25}';
    expect(readingsFrom(readingsOf(otel), 'mcp_client')).toEqual({
      'mcp_client_operation_duration_seconds{mcp_method_name=initialize,gen_ai_tool_name=,error_type=,network_transport=,mcp_protocol_version=}': 1,
      [session]: 1,
    });
    expect(readingsFrom(readingsOf(both), 'mcp_client')).toEqual({
      'mcp_client_operation_duration_seconds{method=initialize,outcome=ok}': 1,
      [session]: 1,
    });
  });

  it('refuses to label requests of one collector in two ways', () => {
    const metrics = new MetricsCollector();
    instrumentMcpServer(sdk.createServer(), metrics);
    expect(() => instrumentMcpServer(sdk.createServer(), metrics, { naming: 'otel' })).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_DEFINITION_CONFLICT' }),
    );
  });

  it('records exemplars of sampled traces', async () => {
    const metrics = new MetricsCollector();
    const server = instrumentMcpServer(sdk.createServer(), metrics, { naming: 'both' });
    server.registerTool('throws', {}, () => {
      throw new RangeError('x');
    });
    const client = await connectClient(sdk, server);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const call = (traceparent: string): Promise<unknown> => client.callTool({ name: 'throws', _meta: { traceparent } });
    await call(`00-${traceId}-b7ad6b7169203331-00`);
    expect(exemplarsOf(metrics, 'mcp_tool_errors_total')).toEqual([]);
    await call(`00-${traceId}-b7ad6b7169203331-01`);
    await client.close();

    const labels = { trace_id: traceId, span_id: 'b7ad6b7169203331' };
    for (const name of ['mcp_tool_executions_total', 'mcp_tool_errors_total', 'mcp_tool_duration_seconds', OPERATION]) {
      expect(exemplarsOf(metrics, name).map((exemplar) => exemplar.labels)).toEqual([labels]);
    }
  });
});

function exemplarsOf(metrics: MetricsCollector, name: string): readonly Exemplar[] {
  const family = metrics.gatherSync({ names: new Set([name]) })[0];
  return family?.blocks.flatMap(({ exemplars }) => exemplars) ?? [];
}
