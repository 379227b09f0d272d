import type { MetricRecorder, Registerer } from '@bduf/metrics-core/interfaces';
import { tapConnections } from './connection/tap-connections.ts';
import { instrumentationOf } from './instrumentation.ts';
import type { McpInstrumentationOptions } from './mcp-instrumentation-options.ts';
import type { McpPeer } from './sdk/sdk-shapes.ts';

const instrumentedClients = new WeakSet<McpPeer>();

/**
 * Measures an MCP client: what it asks of its server and how long that takes, notifications, and what the server asks of
 * it. Sessions are left to the server, except under the names of OpenTelemetry, which have one for each end.
 *
 * It takes clients of SDK version 1 and 2 on any transport. Call it before `connect`; a second call on the same client
 * changes nothing. While connected, `client.transport` is a view of the transport and not the same object.
 *
 * @param client - Client to measure; its `connect` is replaced on the instance.
 * @param metrics - Collector that defines and records the metrics.
 * @returns The same client.
 * @throws MetricsError `METRICS_ERR_MCP_CONNECTED` when the client is connected already, `METRICS_ERR_ARGUMENT_INVALID` for
 * an option out of range, `METRICS_ERR_DEFINITION_CONFLICT` when a metric of another shape has one of the names.
 */
export function instrumentMcpClient<Client extends McpPeer>(
  client: Client,
  metrics: Registerer & MetricRecorder,
  options: McpInstrumentationOptions = {},
): Client {
  if (instrumentedClients.has(client)) return client;
  tapConnections(instrumentationOf(metrics, options), { peer: client, role: 'client', tools: undefined });
  instrumentedClients.add(client);
  return client;
}
