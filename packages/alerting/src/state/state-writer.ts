import { type AlertStateStore, type StoredRecord, applyRecord } from './alert-state-store.ts';

/** Fewer records than that are not worth a compaction. */
const LEAST_RECORDS = 1000;
const GROWTH = 4;

/** Where records come from and what is told of trouble. */
export interface StateWriterOptions {
  /** All records that the manager itself must keep. */
  readonly snapshot: () => readonly StoredRecord[];
  /** Kinds of records that {@link StateWriterOptions.snapshot} holds; others are remembered here for compaction. */
  readonly ownKinds: ReadonlySet<string>;
  /** Told of a write that failed. What it held is written with the next one. */
  readonly onError: (error: unknown) => void;
}

/** Writes records one call after the other, keeps what could not be written, and compacts the store when it has grown. */
export class StateWriter {
  readonly #store: AlertStateStore;
  readonly #options: StateWriterOptions;
  readonly #foreign = new Map<string, StoredRecord>();
  #waiting: StoredRecord[] = [];
  #last: Promise<void> = Promise.resolve();
  #sinceCompaction = 0;

  constructor(store: AlertStateStore, options: StateWriterOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Records that are not written yet, since the store failed. */
  get unwritten(): number {
    return this.#waiting.length;
  }

  /** Remembers what the store holds of kinds that are not ours. */
  restore(records: readonly StoredRecord[]): void {
    this.#remember(records);
    this.#sinceCompaction = records.length;
  }

  /** Resolves when the records are kept. Rejects when the store fails; they are then written with the next ones. */
  append(records: readonly StoredRecord[]): Promise<void> {
    if (records.length === 0 && this.#waiting.length === 0) return this.#last;
    this.#remember(records);
    for (const record of records) this.#waiting.push(record);
    const written = this.#last.then(() => this.#write());
    this.#last = written.catch((error: unknown) => this.#options.onError(error));
    return written;
  }

  /** Writes what is left and gives up the store. */
  async close(): Promise<void> {
    await this.append([]).catch(() => undefined);
    await this.#last;
    await this.#store.close();
  }

  async #write(): Promise<void> {
    const records = this.#waiting;
    if (records.length === 0) return;
    this.#waiting = [];
    try {
      await this.#store.append(records);
    } catch (error) {
      this.#waiting = [...records, ...this.#waiting];
      throw error;
    }
    this.#sinceCompaction += records.length;
    await this.#compactWhenGrown();
  }

  async #compactWhenGrown(): Promise<void> {
    if (this.#sinceCompaction < LEAST_RECORDS) return;
    const kept = [...this.#options.snapshot(), ...this.#foreign.values()];
    if (this.#sinceCompaction < GROWTH * kept.length) return;
    // What waits came up after this snapshot or is in it already; writing it twice does no harm.
    await this.#store.compact(kept);
    this.#sinceCompaction = kept.length;
  }

  #remember(records: readonly StoredRecord[]): void {
    for (const record of records) if (!this.#options.ownKinds.has(record.kind)) applyRecord(this.#foreign, record);
  }
}
