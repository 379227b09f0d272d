import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import type { RouteTrail } from './route-trail.ts';
import type { RoutedRequest } from './router-shape.ts';
import { StackRouteFinder } from './stack-route-finder.ts';

/** Decides under which route a request counts. */
export class RouteResolver {
  readonly #finder = new StackRouteFinder();

  /**
   * The route's template, `/mount/*` when a middleware answered below a mount, else `unmatched`.
   *
   * A route whose handler ran stays the route whatever the status, also 404. Where none ran, 404, 405 and any `OPTIONS`
   * are Express's own answers and say nothing about mounts that the request only passed.
   *
   * @param request - A request whose response is over.
   * @param trail - Its way through the routers; `undefined` when they published none.
   * @param statusCode - Status it counts under.
   */
  resolve(request: RoutedRequest, trail: RouteTrail | undefined, statusCode: number): string {
    const route = trail?.route ?? this.#finder.findRoute(request);
    if (route !== undefined) return route;
    if (statusCode === 404 || statusCode === 405 || request.method === 'OPTIONS') return ReservedLabelValue.UNMATCHED;
    const mount = trail === undefined ? this.#finder.findMount(request) : trail.mount;
    if (mount === undefined || mount === '') return ReservedLabelValue.UNMATCHED;
    return mount.endsWith('/*') ? mount : `${mount.replace(/\/$/, '')}/*`;
  }
}
