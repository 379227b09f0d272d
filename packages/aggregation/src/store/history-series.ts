/** What a series costs beside its samples: objects, map entry, columns of the timeline. Estimated from heap snapshots. */
const FIXED_BYTES = 320;

/** One series of a metric: its labels, its place in the columns, and when it began to count from 0. */
export class HistorySeries {
  /** All labels; always the same object. */
  readonly labels: Readonly<Record<string, string>>;
  /** Text that tells it from other series of the metric. */
  readonly key: string;
  /** Its place in every segment. */
  readonly slot: number;
  /** Pairs: first moment at which it was seen, and when it was created according to what was seen then. */
  #lives: number[] = [];

  constructor(labels: Readonly<Record<string, string>>, key: string, slot: number) {
    this.labels = labels;
    this.key = key;
    this.slot = slot;
  }

  /** Bytes it takes, samples not counted. */
  get byteLength(): number {
    return FIXED_BYTES + 4 * this.key.length;
  }

  /** Takes note of when it was created, if that has changed. */
  live(atMs: number, createdMs: number): void {
    if (Object.is(this.#lives.at(-1), createdMs)) return;
    this.#lives.push(atMs, createdMs);
  }

  /** Forgets lives that ended before a moment. */
  trim(beforeMs: number): void {
    let ended = 0;
    while (ended + 2 < this.#lives.length && (this.#lives[ended + 2] ?? NaN) <= beforeMs) ended += 2;
    if (ended > 0) this.#lives = this.#lives.slice(ended);
  }

  /** When it was created, according to what was known at a moment. */
  createdAt(atMs: number): number {
    let created = this.#lives[1] ?? NaN;
    for (let at = 2; at < this.#lives.length && (this.#lives[at] ?? NaN) <= atMs; at += 2) {
      created = this.#lives[at + 1] ?? NaN;
    }
    return created;
  }

  /** Whether another life began after one moment and up to another; `undefined` when only a decrease could tell. */
  beganBetween(afterMs: number, toMs: number): boolean | undefined {
    if (this.#lives.length === 2) return Number.isNaN(this.#lives[1]) ? undefined : false;
    for (let at = 2; at < this.#lives.length; at += 2) {
      const from = this.#lives[at] ?? NaN;
      if (from > afterMs && from <= toMs) return true;
    }
    return Number.isNaN(this.createdAt(toMs)) ? undefined : false;
  }
}
