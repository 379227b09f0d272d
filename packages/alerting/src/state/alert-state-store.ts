/** One thing that an alert manager has to know after a restart. */
export interface StoredRecord {
  /** What it is of, such as `alert` or `silence`. */
  readonly kind: string;
  /** Identity within its kind. */
  readonly key: string;
  /** What JSON can hold. The last value of a kind and key is the one that counts; `null` deletes it. */
  readonly value: unknown;
}

/**
 * Where an alert manager keeps what must survive the process. Calls are never concurrent: the next one begins when the
 * one before has settled.
 */
export interface AlertStateStore {
  /** What is kept: the last value of each kind and key, in the order in which the keys came up. Called once, first. */
  load(): Promise<readonly StoredRecord[]>;
  /** Resolves when all records are kept; after a crash before that, a leading part of them may be. */
  append(records: readonly StoredRecord[]): Promise<void>;
  /** Replaces everything kept by these records, at once or not at all. */
  compact(records: readonly StoredRecord[]): Promise<void>;
  /** Gives up the store; another one may open it. */
  close(): Promise<void>;
}

/** Keeps nothing beyond the process, but all that a restart of the manager within it needs. */
export class MemoryAlertStateStore implements AlertStateStore {
  readonly #values = new Map<string, StoredRecord>();

  /** What is kept. */
  load(): Promise<readonly StoredRecord[]> {
    return Promise.resolve([...this.#values.values()]);
  }

  /** Keeps the last value of each kind and key. */
  append(records: readonly StoredRecord[]): Promise<void> {
    for (const record of records) applyRecord(this.#values, record);
    return Promise.resolve();
  }

  /** Replaces everything. */
  compact(records: readonly StoredRecord[]): Promise<void> {
    this.#values.clear();
    return this.append(records);
  }

  /** Does nothing: what is kept can be loaded again. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Brings a table of records up to date with one more. */
export function applyRecord(values: Map<string, StoredRecord>, record: StoredRecord): void {
  const key = JSON.stringify([record.kind, record.key]);
  if (record.value === null) values.delete(key);
  else values.set(key, record);
}
