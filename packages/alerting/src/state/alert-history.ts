import type { AlertEvent, TimeRange } from '@bduf/metrics-core/interfaces';

const RETENTION_MS = 7 * 86_400_000;

/** What happened, for as long as it is kept: 7 days, and so many events at most. */
export class AlertHistory {
  readonly #maxEvents: number;
  /** A ring; its first `#start` places are free. */
  #events: AlertEvent[] = [];
  #start = 0;
  #seq = 0;

  constructor(maxEvents: number) {
    this.#maxEvents = maxEvents;
  }

  /** Number of the last event. */
  get seq(): number {
    return this.#seq;
  }

  /** Numbers an event and keeps it. */
  add(event: Omit<AlertEvent, 'seq'>): AlertEvent {
    this.#seq++;
    const numbered = { ...event, seq: this.#seq };
    this.#events.push(numbered);
    this.#trim(event.at.getTime());
    return numbered;
  }

  /**
   * Takes over events of an earlier process, in any order, and the number to go on from.
   *
   * @returns Events of this process so far, which come after them, with new numbers.
   */
  restore(events: readonly AlertEvent[], seq: number, atMs: number): readonly AlertEvent[] {
    const newer = this.all();
    this.#events = events.toSorted((a, b) => a.seq - b.seq);
    this.#start = 0;
    this.#seq = Math.max(seq, this.#events.at(-1)?.seq ?? 0);
    const renumbered = newer.map((event) => this.add(event));
    this.#trim(atMs);
    return renumbered;
  }

  /** Events within a range, by number. */
  within({ start, end }: TimeRange): readonly AlertEvent[] {
    return this.all().filter(({ at }) => at >= start && at < end);
  }

  /** All events that are kept, by number. */
  all(): readonly AlertEvent[] {
    return this.#events.slice(this.#start);
  }

  #trim(atMs: number): void {
    const beforeMs = atMs - RETENTION_MS;
    while (
      this.#events.length - this.#start > this.#maxEvents ||
      (this.#events[this.#start]?.at.getTime() ?? Infinity) < beforeMs
    ) {
      this.#start++;
    }
    // The places are given back when they are half of all, so that an addition costs the same on average.
    if (this.#start * 2 <= this.#events.length) return;
    this.#events = this.#events.slice(this.#start);
    this.#start = 0;
  }
}
