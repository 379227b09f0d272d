/**
 * `@bduf/metrics-mcp/expose`: metrics, alerts and health offered over MCP. It needs zod, as the MCP SDKs do.
 */

// What is offered.
export { type ExposeMetricsOptions, exposeMetricsOverMcp } from './expose-metrics-over-mcp.ts';
export {
  type MetricUpdates,
  type PublishUpdatesOptions,
  type ResourceNotifier,
  publishMetricUpdates,
} from './publish-metric-updates.ts';
export type { ExposableServer } from './exposable-server.ts';

// Where it comes from.
export type { MetricSources } from './sources.ts';
