import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Sends a short answer in plain text. */
export function sendText(req: IncomingMessage, res: ServerResponse, status: number, text: string): void {
  sendBody(req, res, { status, contentType: 'text/plain; charset=utf-8', body: Buffer.from(text) });
}

/** An answer that is complete in memory. */
export interface CompleteAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Sends an answer with its length; to a HEAD request without the body. */
export function sendBody(
  req: IncomingMessage,
  res: ServerResponse,
  { status, contentType, body }: CompleteAnswer,
): void {
  res.statusCode = status;
  setReadHeaders(res, contentType);
  res.setHeader('Content-Length', body.length);
  if (req.method === 'HEAD') res.end();
  else res.end(body);
}

/** Headers of every answer: its type, and that it is the state of this moment only. */
export function setReadHeaders(res: ServerResponse, contentType: string): void {
  res.setHeader('Content-Type', contentType);
  res.setHeader('Cache-Control', 'no-store');
  // Label values come from anywhere; no browser shall take them for HTML.
  res.setHeader('X-Content-Type-Options', 'nosniff');
}
