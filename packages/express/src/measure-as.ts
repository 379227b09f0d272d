import type { HttpHandler } from '@bduf/metrics-core/interfaces';
import { requestState } from './http/request-state.ts';

/**
 * Creates a middleware that says under which route the requests it passes on are counted, for one route or one router:
 * `app.get('/export/:format', measureAs('/export'), handler)`.
 *
 * @param route - Label value, which must not hold values of the URL; `false` leaves the requests out of all metrics but
 * the number in flight.
 */
export function measureAs(route: string | false): HttpHandler {
  return (request, _response, next) => {
    requestState(request).route = route;
    next?.();
  };
}
