import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpHandler } from '@bduf/metrics-core/interfaces';
import { ScrapeFailure } from './endpoint-metrics.ts';
import type { ReadGuard } from './read-guard.ts';
import { sendText } from './send-text.ts';

/** Answers one GET or HEAD request. */
export type AnswerRead = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * Makes a handler out of an answer that only reads. Other methods get 405, requests without an accepted token 401. An
 * error is told to `onError` and answered with a 500 that says nothing about it; when the answer had begun already, the
 * connection is cut, so that the client does not take half a document for a whole one.
 */
export function createReadHandler(answer: AnswerRead, { isAuthorized, onError, metrics }: ReadGuard): HttpHandler {
  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD');
      sendText(req, res, 405, 'Method not allowed: use GET or HEAD.\n');
      return;
    }
    if (isAuthorized?.(req.headers.authorization) === false) {
      metrics.failed(ScrapeFailure.UNAUTHORIZED);
      res.setHeader('WWW-Authenticate', 'Bearer');
      sendText(req, res, 401, 'Unauthorized: send the bearer token of this endpoint.\n');
      return;
    }
    answer(req, res).catch((error: unknown) => {
      metrics.failed(ScrapeFailure.ERROR);
      onError(error);
      if (res.headersSent) res.destroy();
      else fail(req, res);
    });
  };
}

function fail(req: IncomingMessage, res: ServerResponse): void {
  res.removeHeader('Content-Encoding');
  sendText(req, res, 500, 'The answer could not be made; the reason is in the log of the service.\n');
}
