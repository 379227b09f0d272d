import { type Registerer, ReservedLabelValue } from '@bduf/metrics-core/interfaces';
import { defineHttpMetrics, type HttpMetrics } from './http-metrics.ts';
import { RouteInstruments } from './route-instruments.ts';

/** The HTTP instruments of a collector, found by route and method without a look at labels. Bounded. */
export class HttpInstruments {
  readonly #metrics: HttpMetrics;
  readonly #maxRoutes: number;
  readonly #routes = new Map<string, RouteInstruments>();

  /**
   * @param collector - Where the metrics are defined.
   * @param maxRoutes - Most routes that get series of their own.
   */
  constructor(collector: Registerer, maxRoutes: number) {
    this.#metrics = defineHttpMetrics(collector);
    this.#maxRoutes = maxRoutes;
  }

  /** The instruments of a route. Beyond the budget all further routes share those of `__overflow__`. */
  route(route: string): RouteInstruments {
    const known = this.#routes.get(route);
    if (known !== undefined) return known;
    if (this.#routes.size >= this.#maxRoutes && !isReserved(route)) return this.route(ReservedLabelValue.OVERFLOW);
    const made = new RouteInstruments(this.#metrics, route);
    this.#routes.set(route, made);
    return made;
  }
}

function isReserved(route: string): boolean {
  return route === ReservedLabelValue.UNMATCHED || route === ReservedLabelValue.OVERFLOW;
}
