import type { HttpHandler } from '@bduf/metrics-core/interfaces';
import { negotiateMediaType } from '@bduf/metrics-core/primitives';
import type { ChunkEncoder } from '../chunks/encoded-chunk.ts';
import { type MetricsEndpointParts, createMetricsHandler } from './metrics-handler.ts';

/**
 * Makes the endpoint that Prometheus scrapes.
 *
 * @param encoders - The formats it offers, never none. The first answers a request that accepts none of them, since
 * scrapers rather read an unexpected format than an error.
 */
export function createPrometheusHandler(
  parts: MetricsEndpointParts,
  encoders: readonly [ChunkEncoder, ...ChunkEncoder[]],
): HttpHandler {
  const offers = encoders.map(({ contentType }) => contentType);
  return createMetricsHandler(parts, ({ headers }) => {
    return encoders[negotiateMediaType(headers.accept, offers)] ?? encoders[0];
  });
}
