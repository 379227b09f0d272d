import type { Clock, GatherOptions, Gatherer, MetricFamily } from '@bduf/metrics-core/interfaces';

/** What a request wants to be read. */
export interface GatherRequest {
  /** Names asked for; `undefined` for all. */
  readonly names: ReadonlySet<string> | undefined;
  /** How long to wait for callbacks; `undefined` for as long as they take. */
  readonly timeoutMs: number | undefined;
}

/** Reads metrics for requests; those that ask for the same at the same time share one read-out. */
export class SharedGathering {
  readonly #gatherer: Gatherer;
  readonly #clock: Clock;
  readonly #running = new Map<string, Promise<readonly MetricFamily[]>>();

  constructor(gatherer: Gatherer, clock: Clock) {
    this.#gatherer = gatherer;
    this.#clock = clock;
  }

  /** Reads metrics, or joins a read-out of the same that is under way. */
  async gather(request: GatherRequest): Promise<readonly MetricFamily[]> {
    const key = keyOf(request);
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const started = this.#start(request).finally(() => this.#running.delete(key));
    this.#running.set(key, started);
    return started;
  }

  async #start({ names, timeoutMs }: GatherRequest): Promise<readonly MetricFamily[]> {
    const abort = new AbortController();
    const timer = timeoutMs === undefined ? undefined : this.#clock.setTimer(timeoutMs, () => abort.abort());
    const options: GatherOptions = { signal: abort.signal, ...(names === undefined ? {} : { names }) };
    try {
      return await this.#gatherer.gather(options);
    } finally {
      timer?.cancel();
    }
  }
}

function keyOf({ names, timeoutMs }: GatherRequest): string {
  return JSON.stringify([timeoutMs, names === undefined ? undefined : [...names].toSorted((a, b) => (a < b ? -1 : 1))]);
}
