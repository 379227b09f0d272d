/** How often something has happened. */
export interface LedgerEntry {
  /** What tells it from the others, such as method, route and status. */
  readonly labels: readonly string[];
  readonly count: number;
}

/** Exact counts by labels. */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>();

  /** Counts one. */
  count(...labels: readonly string[]): void {
    const key = labels.join(' ');
    this.#entries.set(key, { labels, count: (this.#entries.get(key)?.count ?? 0) + 1 });
  }

  /** All counts. */
  entries(): readonly LedgerEntry[] {
    return [...this.#entries.values()];
  }

  /** The sum of the counts whose labels are accepted. */
  total(isCounted: (...labels: readonly string[]) => boolean = () => true): number {
    return this.entries().reduce((sum, { labels, count }) => sum + (isCounted(...labels) ? count : 0), 0);
  }
}
