import type { MetricRecorder, Registerer } from '@bduf/metrics-core/interfaces';
import { tapConnections } from './connection/tap-connections.ts';
import { instrumentationOf } from './instrumentation.ts';
import type { McpInstrumentationOptions } from './mcp-instrumentation-options.ts';
import { lowLevelPeerOf } from './sdk/low-level-peer.ts';
import type { McpPeer, McpServerLike, ToolRegistrar } from './sdk/sdk-shapes.ts';
import { ToolHooks } from './tools/tool-hooks.ts';

const instrumentedServers = new WeakMap<McpPeer, ToolHooks>();

/**
 * Measures an MCP server: tools, requests in flight, notifications, sessions, and what it asks of its clients.
 *
 * It takes servers of SDK version 1 and 2, `McpServer` or `Server`, on any transport, and changes nothing about what
 * they answer. Call it before `connect`; tools may be registered before or after. Where each request gets a server of
 * its own, call it in the factory: names and instruments are shared by the collector. A second call on the same server
 * changes nothing.
 *
 * While connected, `server.transport` is a view of the transport and not the same object.
 *
 * @param server - Server to measure; its `connect`, `registerTool` and `tool` are replaced on the instance.
 * @param metrics - Collector that defines and records the metrics.
 * @returns The same server.
 * @throws MetricsError `METRICS_ERR_MCP_CONNECTED` when the server is connected already, `METRICS_ERR_ARGUMENT_INVALID` for
 * an option out of range, `METRICS_ERR_DEFINITION_CONFLICT` when a metric of another shape has one of the names.
 */
export function instrumentMcpServer<Server extends McpServerLike>(
  server: Server,
  metrics: Registerer & MetricRecorder,
  options: McpInstrumentationOptions = {},
): Server {
  const peer = lowLevelPeerOf(server);
  let tools = instrumentedServers.get(peer);
  if (tools === undefined) {
    const instrumentation = instrumentationOf(metrics, options);
    tools = new ToolHooks(instrumentation.metrics, instrumentation.tools);
    tapConnections(instrumentation, { peer, role: 'server', tools });
    instrumentedServers.set(peer, tools);
  }
  // Every part of a registrar is optional: a low-level server has none of them.
  tools.watch(server as ToolRegistrar);
  return server;
}
