/** How many requests of one kind were sent. */
export interface LedgerEntry {
  readonly method: string;
  /** Template of the route that the request was meant for, or `unmatched`. */
  readonly route: string;
  /** Status of the response; 499 when the client went away before it. */
  readonly status: number;
  readonly count: number;
}

/** Exact counts of what was sent, kept by the clients that sent it. */
export class RequestLedger {
  readonly #entries = new Map<string, LedgerEntry>();
  #failures = 0;

  /** Requests that got no response although their client waited for one. */
  get failures(): number {
    return this.#failures;
  }

  /** Requests that were counted, failures left out. */
  get total(): number {
    return this.entries().reduce((sum, { count }) => sum + count, 0);
  }

  /** Counts a request whose end the client has seen. */
  count(method: string, route: string, status: number): void {
    const key = `${method} ${route} ${status}`;
    const count = (this.#entries.get(key)?.count ?? 0) + 1;
    this.#entries.set(key, { method, route, status, count });
  }

  /** Counts a request that got no response. */
  countFailure(): void {
    this.#failures += 1;
  }

  /** All counts. */
  entries(): readonly LedgerEntry[] {
    return [...this.#entries.values()];
  }
}
