import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, HttpHandler } from '@bduf/metrics-core/interfaces';
import { negotiateEncoding } from '@bduf/metrics-core/primitives';
import type { ChunkEncoder } from '../chunks/encoded-chunk.ts';
import { CONTENT_CODINGS } from './content-coding.ts';
import { type EndpointMetrics, ScrapeFailure } from './endpoint-metrics.ts';
import type { ReadGuard } from './read-guard.ts';
import { createReadHandler } from './read-handler.ts';
import { requestedNames } from './requested-names.ts';
import { scrapeTimeoutMs } from './scrape-timeout.ts';
import { sendDocument } from './send-document.ts';
import { setReadHeaders } from './send-text.ts';
import type { SharedGathering } from './shared-gathering.ts';

/** What every endpoint that shows metrics needs. */
export interface MetricsEndpointParts {
  readonly gathering: SharedGathering;
  readonly clock: Clock;
  readonly metrics: EndpointMetrics;
  readonly guard: ReadGuard;
}

/** Makes an endpoint that answers with metrics in the format that a function chooses for each request. */
export function createMetricsHandler(
  parts: MetricsEndpointParts,
  chooseEncoder: (req: IncomingMessage) => ChunkEncoder,
): HttpHandler {
  return createReadHandler(async (req, res) => {
    const encoder = chooseEncoder(req);
    setReadHeaders(res, encoder.contentType);
    res.setHeader('Vary', 'Accept, Accept-Encoding');
    // A client that asks for headers alone need not wait for callbacks.
    if (req.method === 'HEAD') res.end();
    else await answer(req, res, encoder, parts);
  }, parts.guard);
}

async function answer(
  req: IncomingMessage,
  res: ServerResponse,
  encoder: ChunkEncoder,
  { gathering, clock, metrics }: MetricsEndpointParts,
): Promise<void> {
  const startMs = clock.monotonicMs();
  const families = await gathering.gather({ names: requestedNames(req), timeoutMs: scrapeTimeoutMs(req) });
  const document = encoder.encodeChunks(families, { nowMs: clock.now() })[Symbol.iterator]();
  const coding = negotiateEncoding(req.headers['accept-encoding']?.toString(), CONTENT_CODINGS);
  const { byteLength, isComplete } = await sendDocument(res, document, { clock, coding });
  if (isComplete) {
    metrics.scraped({ format: encoder.format, durationMs: clock.monotonicMs() - startMs, byteLength });
  } else {
    metrics.failed(ScrapeFailure.ABORTED);
  }
}
