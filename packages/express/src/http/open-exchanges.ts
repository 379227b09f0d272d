/** An exchange that is not over: what is asked of it, and its place in the list of all. */
export interface OpenExchange {
  /** Method as label value. */
  readonly method: string;
  /** Whether it has turned out to be open-ended. */
  readonly isStream: boolean;
  /** Route as label value, as far as the exchange got; `undefined` when it is to be left out. */
  readonly route: string | undefined;
  /** Whether it came over TLS. */
  readonly isSecure: boolean;
  /** Whether it is in the list. Written by {@link OpenExchanges} only, like its neighbours. */
  isOpen: boolean;
  /** The exchange that began before it. */
  older: OpenExchange | undefined;
  /** The exchange that began after it. */
  newer: OpenExchange | undefined;
}

/** The exchanges that are not over. A linked list, since a `Set` costs ten times as much for each request. */
export class OpenExchanges {
  #newest: OpenExchange | undefined;

  /** All of them, the newest first. */
  all(): readonly OpenExchange[] {
    const all: OpenExchange[] = [];
    for (let exchange = this.#newest; exchange !== undefined; exchange = exchange.older) all.push(exchange);
    return all;
  }

  /** An exchange begins. */
  add(exchange: OpenExchange): void {
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
}
