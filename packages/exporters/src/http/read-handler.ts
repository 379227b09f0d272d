import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpHandler } from '@bduf/metrics-core/interfaces';
import { sendText } from './send-text.ts';

/** Answers one GET or HEAD request. */
export type AnswerRead = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * Makes a handler out of an answer that only reads. Other methods get 405. An error is told to `onError` and answered
 * with a 500 that says nothing about it; when the answer had begun already, the connection is cut, so that the client
 * does not take half a document for a whole one.
 */
export function createReadHandler(answer: AnswerRead, onError: (error: unknown) => void): HttpHandler {
  return (req, res) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.setHeader('Allow', 'GET, HEAD');
      sendText(req, res, 405, 'Method not allowed: use GET or HEAD.\n');
      return;
    }
    answer(req, res).catch((error: unknown) => {
      onError(error);
      if (res.headersSent) res.destroy();
      else sendText(req, res, 500, 'The metrics could not be rendered; the reason is in the log of the service.\n');
    });
  };
}
