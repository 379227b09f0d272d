/**
 * How many things are in each status, kept as a balance of arrivals and departures.
 *
 * A balance is a sum, so the order of events does not matter: one that arrives too early makes it negative for a while, and
 * the shown count stays at zero until the missing one comes. That needs every event exactly once. Where events cannot be
 * told apart, a departure from an empty status is refused instead, since nothing would ever make up for it.
 */
export class StatusBalance<Status extends string> {
  readonly #balances = new Map<Status, number>();

  /** Something arrived in a status without leaving another. */
  arrive(status: Status): void {
    this.#balances.set(status, (this.#balances.get(status) ?? 0) + 1);
  }

  /**
   * Something went from one status to another.
   *
   * @param isReliable - Whether each event comes exactly once, in any order.
   * @returns Whether the departure was counted; false when the status was empty and the event not reliable.
   */
  move(from: Status, to: Status, isReliable: boolean): boolean {
    const balance = this.#balances.get(from) ?? 0;
    const isCounted = isReliable || balance > 0;
    if (isCounted) this.#balances.set(from, balance - 1);
    this.arrive(to);
    return isCounted;
  }

  /** The count that is shown, at least 0. */
  count(status: Status): number {
    return Math.max(0, this.#balances.get(status) ?? 0);
  }
}
