import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Gatherer, MetricEncoder } from '@bduf/metrics-core/interfaces';
import { requestedNames } from './requested-names.ts';
import { sendBody, setReadHeaders } from './send-text.ts';

/** What every endpoint that shows metrics needs. */
export interface MetricsEndpointParts {
  readonly gatherer: Gatherer;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Reads the metrics a request asks for and answers with them. A HEAD request reads nothing. */
export async function sendMetrics(
  req: IncomingMessage,
  res: ServerResponse,
  encoder: MetricEncoder,
  { gatherer, clock }: MetricsEndpointParts,
): Promise<void> {
  if (req.method === 'HEAD') {
    setReadHeaders(res, encoder.contentType);
    res.end();
    return;
  }
  const names = requestedNames(req);
  const families = await gatherer.gather(names === undefined ? {} : { names });
  const chunks: Uint8Array[] = [];
  // A chunk is overwritten by the next one, hence the copy.
  for (const chunk of encoder.encode(families, { nowMs: clock.now() })) chunks.push(Buffer.from(chunk));
  sendBody(req, res, { status: 200, contentType: encoder.contentType, chunks });
}
