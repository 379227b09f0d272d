import { ApplicationMetricDefinitions, type Clock, type Registerer } from '@bduf/metrics-core/interfaces';
import { ShareWindow } from '../windows/share-window.ts';

const rateOf = new WeakMap<Registerer, ErrorRate>();

/** The gauge `error_rate` of a collector: the share of requests in the last five minutes that ended with 5xx. */
export class ErrorRate {
  readonly #window: ShareWindow;

  private constructor(collector: Registerer, clock: Clock) {
    this.#window = new ShareWindow(clock.monotonicMs());
    collector.gauge({
      ...ApplicationMetricDefinitions.ERROR_RATE,
      collect: ({ set }) => {
        const share = this.#window.share(clock.monotonicMs());
        if (share !== undefined) set(share);
      },
    });
  }

  /** That of a collector, shared by all its instrumentations; the clock counts when it is made. */
  static of(collector: Registerer, clock: Clock): ErrorRate {
    const known = rateOf.get(collector) ?? new ErrorRate(collector, clock);
    rateOf.set(collector, known);
    return known;
  }

  /**
   * Adds a request.
   *
   * @param statusCode - How it ended.
   * @param nowMs - Monotonic time, in milliseconds.
   */
  add(statusCode: number, nowMs: number): void {
    this.#window.add(statusCode >= 500, nowMs);
  }
}
