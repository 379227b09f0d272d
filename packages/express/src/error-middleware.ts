import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestState } from './http/request-state.ts';

/**
 * Error-handling middleware that shows errors to the measuring middleware and passes them on: mount it behind the routes,
 * before the application's own handler. With it an answer of 5xx counts in `error_count_by_type` by the type of its error,
 * and not again if the error was counted before, such as by a query. Needed with Express 4 and with a `router` before 2.3 only:
 * newer ones publish the errors of handlers.
 */
export function errorMetricsMiddleware(
  error: unknown,
  request: IncomingMessage,
  _response: ServerResponse,
  next: (error: unknown) => void,
): void {
  requestState(request).error = error;
  next(error);
}
