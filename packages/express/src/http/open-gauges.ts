import { ApplicationMetricDefinitions, type Registerer } from '@bduf/metrics-core/interfaces';
import { HttpNaming } from './http-metrics-options.ts';
import { type OpenExchange, OpenExchanges } from './open-exchanges.ts';
import { OtelHttpMetricDefinitions } from './otel-http-metrics.ts';

const gaugesOf = new WeakMap<Registerer, OpenGauges>();

/**
 * The gauges of a collector that count open exchanges. They count when the metrics are read, because only then can be said
 * which exchanges are streams: Node tells nobody when the head of a response is sent. Nothing counts up and down, so
 * nothing can drift.
 */
export class OpenGauges {
  readonly #collector: Registerer;
  readonly #open = new OpenExchanges();
  /** What was counted before goes on as zero. */
  readonly #methods = new Set<string>();
  readonly #secureMethods = new Set<string>();
  readonly #streamRoutes = new Set<string>();

  private constructor(collector: Registerer) {
    this.#collector = collector;
    collector.gauge({
      ...ApplicationMetricDefinitions.HTTP_STREAMS_ACTIVE,
      collect: ({ set }) => {
        for (const [route, count] of this.#streams()) set({ route }, count);
      },
    });
  }

  /** Those of a collector, which all its instrumentations share. */
  static of(collector: Registerer): OpenGauges {
    const known = gaugesOf.get(collector) ?? new OpenGauges(collector);
    gaugesOf.set(collector, known);
    return known;
  }

  /** Defines the gauges of requests in flight. */
  define(naming: HttpNaming): void {
    if (naming !== HttpNaming.OTEL) {
      this.#collector.gauge({
        ...ApplicationMetricDefinitions.HTTP_REQUESTS_IN_FLIGHT,
        collect: ({ set }) => {
          const methods = new Set([...this.#methods, ...this.#secureMethods]);
          for (const [method, count] of this.#inFlight(methods, () => true)) set({ method }, count);
        },
      });
    }
    if (naming !== HttpNaming.CLASSIC) {
      this.#collector.gauge({
        ...OtelHttpMetricDefinitions.ACTIVE_REQUESTS,
        collect: ({ set }) => {
          for (const [method, count] of this.#inFlight(this.#methods, ({ isSecure }) => !isSecure)) {
            set({ http_request_method: method, url_scheme: 'http' }, count);
          }
          for (const [method, count] of this.#inFlight(this.#secureMethods, ({ isSecure }) => isSecure)) {
            set({ http_request_method: method, url_scheme: 'https' }, count);
          }
        },
      });
    }
  }

  /** An exchange begins. */
  add(exchange: OpenExchange): void {
    const methods = exchange.isSecure ? this.#secureMethods : this.#methods;
    if (!methods.has(exchange.method)) methods.add(exchange.method);
    this.#open.add(exchange);
  }

  /** An exchange is over. False when it was so before. */
  delete(exchange: OpenExchange): boolean {
    return this.#open.delete(exchange);
  }

  #inFlight(methods: ReadonlySet<string>, isCounted: (exchange: OpenExchange) => boolean): ReadonlyMap<string, number> {
    const exchanges = this.#open.all().filter((exchange) => !exchange.isStream && isCounted(exchange));
    return countBy(
      methods,
      exchanges.map(({ method }) => method),
    );
  }

  #streams(): ReadonlyMap<string, number> {
    const routes = this.#open.all().flatMap(({ isStream, route }) => (isStream && route !== undefined ? [route] : []));
    for (const route of routes) this.#streamRoutes.add(route);
    return countBy(this.#streamRoutes, routes);
  }
}

/** How often each label occurs, at least zero times. */
function countBy(labels: ReadonlySet<string>, occurrences: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>([...labels].map((label) => [label, 0]));
  for (const label of occurrences) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
