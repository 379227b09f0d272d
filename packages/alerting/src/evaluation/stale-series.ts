import { NoDataReason } from './alert-instance.ts';
import type { SeeSeries } from './signal-plan.ts';

type Labels = Readonly<Record<string, string>>;

/** Notices series whose value has not changed for long. A read-out does not say when a gauge was set to the value that it had. */
export class StaleSeries {
  readonly #afterMs: number;
  readonly #changes = new Map<string, { value: number; atMs: number; seenMs: number }>();

  constructor(afterMs: number) {
    this.#afterMs = afterMs;
  }

  /** Hands values on; one that has not changed for long as no value. */
  wrap(see: SeeSeries, atMs: number): SeeSeries {
    return (labels, value, reason) => {
      const isStale = reason === undefined && atMs - this.#changedMs(labels, value, atMs) >= this.#afterMs;
      see(labels, value, isStale ? NoDataReason.STALE : reason);
    };
  }

  /** Forgets series that were not seen at that time. */
  sweep(atMs: number): void {
    for (const [key, { seenMs }] of this.#changes) if (seenMs !== atMs) this.#changes.delete(key);
  }

  #changedMs(labels: Labels, value: number, atMs: number): number {
    const key = JSON.stringify(Object.entries(labels));
    const last = this.#changes.get(key);
    if (last === undefined || last.value !== value) {
      this.#changes.set(key, { value, atMs, seenMs: atMs });
      return atMs;
    }
    last.seenMs = atMs;
    return last.atMs;
  }
}
