import type { Clock } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { excludeTraffic } from '../connection/excluded-traffic.ts';
import { registerDiagnosePrompt } from './diagnose-prompt.ts';
import type { CallableServer, ExposableServer } from './exposable-server.ts';
import { METRICS_URI, MetricResources } from './resources/metric-resources.ts';
import { registerResources } from './resources/register-resources.ts';
import { ResourceWatch } from './resources/resource-watch.ts';
import { acceptSubscriptions } from './resources/subscriptions.ts';
import type { MetricSources } from './sources.ts';
import { healthTool } from './tools/health-tool.ts';
import { listAlertsTool } from './tools/list-alerts-tool.ts';
import { type MetricTool, resultOf } from './tools/metric-tool.ts';
import { queryMetricTool } from './tools/query-metric-tool.ts';
import { searchMetricsTool } from './tools/search-metrics-tool.ts';

/** Options of {@link exposeMetricsOverMcp}. */
export interface ExposeMetricsOptions extends MetricSources {
  /** Put before the names of tools and of the prompt, where the server has others of these names. Default none. */
  readonly prefix?: string;
  /** Whether the client may subscribe to resources. Default true. */
  readonly subscriptions?: boolean;
  /** Shortest time between two notifications about the same resource, in milliseconds. Default 1000. */
  readonly notifyIntervalMs?: number;
  /** Source of time. Default: the machine's. */
  readonly clock?: Clock;
}

const DEFAULT_NOTIFY_INTERVAL_MS = 1000;
const READ_ONLY = { readOnlyHint: true, idempotentHint: true, openWorldHint: false };

/**
 * Offers metrics, alerts and health to whatever model talks to an MCP server: tools `health`, `list_alerts`,
 * `search_metrics` and `query_metric`, resources under `metrics://` and a prompt `diagnose`. All of them only read.
 *
 * Answers are capped and say when they are; what is not configured is said to be so and never made up. None of this traffic
 * counts in the metrics of `instrumentMcpServer`. Call it before `connect`, once for each server.
 *
 * Subscriptions work where the server outlives a request. Where each request gets a server of its own, use
 * `publishMetricUpdates`.
 *
 * @param server - `McpServer` of SDK version 1 or 2.
 * @returns The same server.
 * @throws MetricsError `METRICS_ERR_MCP_SUBSCRIPTIONS_TAKEN` when the server handles subscriptions of its own; what the SDK
 * throws when a name is taken or the server is connected.
 */
export function exposeMetricsOverMcp<Server extends ExposableServer>(
  server: Server,
  options: ExposeMetricsOptions,
): Server {
  const { prefix = '', subscriptions = true, clock = systemClock, notifyIntervalMs: intervalMs } = options;
  // The same object, in words that say what is called rather than what any SDK declares.
  const callable = server as unknown as CallableServer;
  const resources = new MetricResources(options, clock);
  const tools = [
    healthTool(options),
    listAlertsTool(options, clock),
    searchMetricsTool(options),
    queryMetricTool(options, clock),
  ];
  const toolNames = tools.map(({ name }) => prefix + name);
  const promptName = `${prefix}diagnose`;

  for (const tool of tools) registerTool(callable, prefix, tool);
  registerResources(callable, resources);
  registerDiagnosePrompt(callable, promptName, { sources: options, toolNames, nowMs: () => clock.now() });
  if (subscriptions) {
    const watch = new ResourceWatch({
      resources,
      clock,
      intervalMs: intervalMs ?? DEFAULT_NOTIFY_INTERVAL_MS,
      notify: (uri) => callable.server.sendResourceUpdated({ uri }),
      isActive: () => callable.server.transport !== undefined,
    });
    acceptSubscriptions(callable.server, watch);
  }
  excludeTraffic(server, { tools: toolNames, prompts: [promptName], uriPrefix: METRICS_URI });
  return server;
}

function registerTool(server: CallableServer, prefix: string, tool: MetricTool<never>): void {
  const { name, description, inputSchema, outputSchema } = tool;
  const config = { description, inputSchema, outputSchema, annotations: READ_ONLY };
  server.registerTool(prefix + name, config, (input) => resultOf(tool, input));
}
