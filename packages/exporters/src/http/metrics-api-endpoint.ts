import type { HttpHandler, MetricEncoder } from '@bduf/metrics-core/interfaces';
import { createReadHandler } from './read-handler.ts';
import { type MetricsEndpointParts, sendMetrics } from './send-metrics.ts';

/** Makes the endpoint that answers with metrics as JSON, whatever the request accepts. */
export function createMetricsApiHandler(parts: MetricsEndpointParts, encoder: MetricEncoder): HttpHandler {
  return createReadHandler(async (req, res) => sendMetrics(req, res, encoder, parts), parts.onError);
}
