import type { IncomingMessage } from 'node:http';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';

const MAX_BODY_BYTES = 256 * 1024;

/**
 * Reads a JSON body, or takes the one that a body parser before us has read.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a body that is too large or no JSON.
 */
export async function readJsonBody(req: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  if (req.readableEnded && req.body !== undefined) return req.body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Requests without `setEncoding` give buffers.
  for await (const chunk of req as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw invalidBody(`is larger than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw invalidBody('is no JSON');
  }
}

function invalidBody(what: string): MetricsError {
  return new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `The body of the request ${what}. Send a smaller JSON object.`,
  );
}
