import { ApplicationMetricDefinitions, type Registerer } from '@bduf/metrics-core/interfaces';

/** An exchange that is not over: what is asked of it, and its place in the list of all. */
export interface OpenExchange {
  /** Method as label value. */
  readonly method: string;
  /** Whether it has turned out to be open-ended. */
  readonly isStream: boolean;
  /** Route as label value, as far as the exchange got. */
  readonly route: string;
  /** Whether it is in the list. Written by {@link OpenExchanges} only, like its neighbours. */
  isOpen: boolean;
  /** The exchange that began before it. */
  older: OpenExchange | undefined;
  /** The exchange that began after it. */
  newer: OpenExchange | undefined;
}

const openOf = new WeakMap<Registerer, OpenExchanges>();

/**
 * The exchanges of a collector that are not over. They are counted when the metrics are read, because only then can be
 * said which of them are streams: Node tells nobody when the head of a response is sent. Nothing counts up and down, so
 * nothing can drift. A linked list, since a `Set` costs ten times as much for each request.
 */
export class OpenExchanges {
  /** Labels that were in use, which go on as zeros. */
  readonly #methods = new Set<string>();
  readonly #streamRoutes = new Set<string>();
  #newest: OpenExchange | undefined;

  private constructor(collector: Registerer) {
    collector.gauge({
      ...ApplicationMetricDefinitions.HTTP_REQUESTS_IN_FLIGHT,
      collect: ({ set }) => {
        for (const [method, count] of this.#inFlight()) set({ method }, count);
      },
    });
    collector.gauge({
      ...ApplicationMetricDefinitions.HTTP_STREAMS_ACTIVE,
      collect: ({ set }) => {
        for (const [route, count] of this.#streams()) set({ route }, count);
      },
    });
  }

  /** Those of a collector; its gauges are defined on first use. */
  static of(collector: Registerer): OpenExchanges {
    const known = openOf.get(collector) ?? new OpenExchanges(collector);
    openOf.set(collector, known);
    return known;
  }

  /** An exchange begins. */
  add(exchange: OpenExchange): void {
    if (!this.#methods.has(exchange.method)) this.#methods.add(exchange.method);
    exchange.isOpen = true;
    exchange.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = exchange;
    this.#newest = exchange;
  }

  /** An exchange is over. False when it was so before. */
  delete(exchange: OpenExchange): boolean {
    if (!exchange.isOpen) return false;
    const { older, newer } = exchange;
    exchange.isOpen = false;
    exchange.older = undefined;
    exchange.newer = undefined;
    if (older !== undefined) older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    return true;
  }

  #inFlight(): ReadonlyMap<string, number> {
    const exchanges = this.#all().filter(({ isStream }) => !isStream);
    return countBy(this.#methods, exchanges, ({ method }) => method);
  }

  #streams(): ReadonlyMap<string, number> {
    const exchanges = this.#all().filter(({ isStream }) => isStream);
    for (const { route } of exchanges) this.#streamRoutes.add(route);
    return countBy(this.#streamRoutes, exchanges, ({ route }) => route);
  }

  #all(): readonly OpenExchange[] {
    const all: OpenExchange[] = [];
    for (let exchange = this.#newest; exchange !== undefined; exchange = exchange.older) all.push(exchange);
    return all;
  }
}

function countBy(
  labels: ReadonlySet<string>,
  exchanges: readonly OpenExchange[],
  labelOf: (exchange: OpenExchange) => string,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>([...labels].map((label) => [label, 0]));
  for (const exchange of exchanges) counts.set(labelOf(exchange), (counts.get(labelOf(exchange)) ?? 0) + 1);
  return counts;
}
