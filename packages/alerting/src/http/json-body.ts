import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';

const MOST_BYTES = 64 * 1024;

/**
 * Reads a JSON body, or takes the one that a body parser before us has read.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a body that is too large or no JSON.
 */
export async function jsonBodyOf(req: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  if (req.readableEnded && req.body !== undefined) return req.body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Requests without `setEncoding` give buffers.
  for await (const chunk of req as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw invalid(`is larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw invalid('is no JSON');
  }
}

function invalid(what: string): MetricsError {
  return new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `The body ${what}. Send a small JSON object.`);
}
