/** How often something has happened. */
export interface LedgerEntry {
  /** What tells it from the others, such as method, route and status. */
  readonly labels: readonly string[];
  readonly count: number;
}

/** Exact counts by labels. */
export class Ledger {
  readonly #entries = new Map<string, LedgerEntry>();
  #total = 0;

  /** The sum of all counts. */
  get total(): number {
    return this.#total;
  }

  /** Counts one. */
  count(...labels: readonly string[]): void {
    this.#add({ labels, count: 1 });
  }

  /** Adds all that another ledger has counted. */
  addAll(other: Ledger): void {
    for (const entry of other.entries()) this.#add(entry);
  }

  /** All counts. */
  entries(): readonly LedgerEntry[] {
    return [...this.#entries.values()];
  }

  /** The sum of the counts whose labels are accepted. */
  totalOf(isCounted: (...labels: readonly string[]) => boolean): number {
    return this.entries().reduce((sum, { labels, count }) => sum + (isCounted(...labels) ? count : 0), 0);
  }

  #add({ labels, count }: LedgerEntry): void {
    const key = labels.join(' ');
    this.#total += count;
    this.#entries.set(key, { labels, count: (this.#entries.get(key)?.count ?? 0) + count });
  }
}
