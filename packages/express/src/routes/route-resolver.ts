import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import type { RouteTrail } from './route-trail.ts';
import type { ApplicationShape, RoutedRequest } from './router-shape.ts';
import { StackRouteFinder } from './stack-route-finder.ts';

/** What was noted of the way of a request. */
export interface RequestWay {
  /** Its way through routers that publish their steps; `undefined` when none did. */
  readonly trail: RouteTrail | undefined;
  /** The application in which measuring began; `undefined` when it began before any. */
  readonly application: ApplicationShape | undefined;
}

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
   * @param way - What was noted of its way.
   * @param statusCode - Status it counts under.
   */
  resolve(request: RoutedRequest, { trail, application }: RequestWay, statusCode: number): string {
    const route = trail?.route ?? this.#finder.findRoute(request, application);
    if (route !== undefined) return route;
    if (statusCode === 404 || statusCode === 405 || request.method === 'OPTIONS') return ReservedLabelValue.UNMATCHED;
    const mount = trail === undefined ? this.#finder.findMount(request, application) : trail.mount;
    if (mount === undefined || mount === '') return ReservedLabelValue.UNMATCHED;
    return mount.endsWith('/*') ? mount : `${mount.replace(/\/$/, '')}/*`;
  }
}
