import type { HttpHandler, MetricEncoder } from '@bduf/metrics-core/interfaces';
import { negotiateMediaType } from '@bduf/metrics-core/primitives';
import { createReadHandler } from './read-handler.ts';
import { type MetricsEndpointParts, sendMetrics } from './send-metrics.ts';

/** Options of the Prometheus endpoint. */
export interface PrometheusEndpointOptions {
  /** Told of errors of this endpoint; default: the exporter's `onError`. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Makes the endpoint that Prometheus scrapes.
 *
 * @param encoders - The formats it offers, never none. The first answers a request that accepts none of them, since
 * scrapers rather read an unexpected format than an error.
 */
export function createPrometheusHandler(
  parts: MetricsEndpointParts,
  encoders: readonly [MetricEncoder, ...MetricEncoder[]],
): HttpHandler {
  const offers = encoders.map(({ contentType }) => contentType);
  return createReadHandler(async (req, res) => {
    res.setHeader('Vary', 'Accept');
    const chosen = encoders[negotiateMediaType(req.headers.accept, offers)] ?? encoders[0];
    await sendMetrics(req, res, chosen, parts);
  }, parts.onError);
}
