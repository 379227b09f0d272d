import type { Gatherer, MetricFamily } from '@bduf/metrics-core/interfaces';

/** Reads metrics; calls within one turn of the event loop share a read-out, which is how a merged registry asks for each metric. */
export class SharedReadOut {
  readonly #gatherer: Gatherer;
  #current: Promise<readonly MetricFamily[]> | undefined;

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  /** All families, no older than the call. */
  async families(): Promise<readonly MetricFamily[]> {
    if (this.#current === undefined) {
      this.#current = this.#gatherer.gather();
      // A later call must see what was recorded since.
      queueMicrotask(() => (this.#current = undefined));
    }
    return this.#current;
  }

  /** The family of one name; `undefined` when it has no series. */
  async family(name: string): Promise<MetricFamily | undefined> {
    return (await this.families()).find((family) => family.name === name);
  }
}
