import type { ErrorRequestHandler, RequestHandler } from 'express';
import { ServiceError, type ServiceErrorKind } from '../errors/service-error.ts';
import { ClientGoneError } from './request-signal.ts';

const STATUS: Readonly<Record<ServiceErrorKind, number>> = { invalid: 400, not_found: 404, conflict: 409, busy: 503 };

/** Seconds after which a client may try again when there was no capacity. */
const RETRY_AFTER_SECONDS = 1;

/** Answers requests that no route has taken. */
export const answerUnknownRoute: RequestHandler = (req, res) => {
  res.status(404).json({ error: { kind: 'not_found', message: `There is no ${req.method} ${req.path}.` } });
};

/**
 * Answers requests that failed: expected failures with their message, refused bodies with theirs, and everything else
 * with a 500 that says nothing about it.
 *
 * @param onError - Told of the unexpected.
 */
export function createErrorResponder(onError: (error: unknown) => void): ErrorRequestHandler {
  // Express knows a handler of errors by its four parameters.
  return (error: unknown, req, res, _next) => {
    // What is left of a body that nobody wanted would keep the next request on the connection from being read.
    req.resume();
    if (res.destroyed || error instanceof ClientGoneError) {
      res.destroy();
    } else if (res.headersSent) {
      // Half a response is out already; the client must not take it for a whole one.
      onError(error);
      res.destroy();
    } else if (error instanceof ServiceError) {
      const { kind, message, issues } = error;
      if (kind === 'busy') res.set('Retry-After', String(RETRY_AFTER_SECONDS));
      res.status(STATUS[kind]).json({ error: { kind, message, ...(issues.length > 0 ? { issues } : {}) } });
    } else if (isRefusedBody(error)) {
      res.status(error.status).json({ error: { kind: 'invalid', message: error.message } });
    } else {
      onError(error);
      res
        .status(500)
        .json({ error: { kind: 'internal', message: 'Something went wrong; the service has the details.' } });
    }
  };
}

/** What `express.json` throws for a body that is too large, malformed or incomplete, and the router for a bad path. */
function isRefusedBody(error: unknown): error is { readonly status: number; readonly message: string } {
  if (typeof error !== 'object' || error === null || !('status' in error) || !('message' in error)) return false;
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500;
}
