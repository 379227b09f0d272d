import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';

/**
 * Reads a JSON body, or takes the one that a body parser before us has read.
 *
 * @param maxBytes - Largest body that is read, in bytes.
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` (as a rejection) for a body that is too large or no JSON.
 */
export async function readJsonBody(
  req: IncomingMessage & { readonly body?: unknown },
  maxBytes: number,
): Promise<unknown> {
  if (req.readableEnded && req.body !== undefined) return req.body;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Requests without `setEncoding` give buffers.
  for await (const chunk of req as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw invalid(`is larger than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw invalid('is no JSON');
  }
}

function invalid(what: string): MetricsError {
  return new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `The body of the request ${what}. Send a smaller JSON object.`,
  );
}
