import { LRUCache } from 'lru-cache';

/** Options of a {@link BoundedCache}. */
export interface BoundedCacheOptions {
  /** Most bytes of keys and values together; the entry not used for longest goes first. */
  readonly maxBytes: number;
  /** How long an entry is good for, in milliseconds. Default: until it is deleted or evicted. */
  readonly ttlMs?: number;
  /** Told of each entry that goes, and why. */
  readonly onDisposed: (value: unknown, key: unknown, reason: string) => void;
}

/** A cache of JSON values, bounded by the size of their JSON. */
export class BoundedCache<Value extends object> {
  /** What keeps the entries, for whoever measures it. */
  readonly entries: LRUCache<string, Value>;

  constructor({ maxBytes, ttlMs, onDisposed }: BoundedCacheOptions) {
    this.entries = new LRUCache<string, Value>({
      maxSize: maxBytes,
      sizeCalculation: (value, key) => key.length + JSON.stringify(value).length,
      dispose: onDisposed,
      ...(ttlMs === undefined ? {} : { ttl: ttlMs }),
    });
  }

  /** The value of a key, unless it is unknown or too old. */
  get(key: string): Value | undefined {
    return this.entries.get(key);
  }

  /** Keeps a value, which nobody may change from then on. */
  set(key: string, value: Value): void {
    this.entries.set(key, value);
  }

  /** Forgets a key. */
  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets everything. */
  clear(): void {
    this.entries.clear();
  }
}
