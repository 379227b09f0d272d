import { LRUCache } from 'lru-cache';
import type { CacheListener } from './cache-listener.ts';

/** Options of a {@link BoundedCache}. */
export interface BoundedCacheOptions {
  /** Short name, unique among the caches of the process. */
  readonly name: string;
  /** Most bytes of keys and values together; the entry not used for longest goes first. */
  readonly maxBytes: number;
  /** How long an entry is good for, in milliseconds. Default: until it is deleted or evicted. */
  readonly ttlMs?: number;
  /** Told of each operation. */
  readonly listener: CacheListener;
}

/** A cache of JSON values, bounded by the size of their JSON. */
export class BoundedCache<Value extends object> {
  readonly #entries: LRUCache<string, Value>;
  readonly #name: string;
  readonly #listener: CacheListener;

  constructor({ name, maxBytes, ttlMs, listener }: BoundedCacheOptions) {
    this.#name = name;
    this.#listener = listener;
    this.#entries = new LRUCache({
      maxSize: maxBytes,
      sizeCalculation: (value, key) => key.length + JSON.stringify(value).length,
      dispose: (_value, _key, reason) => {
        if (reason === 'evict') listener.evicted(name);
      },
      ...(ttlMs === undefined ? {} : { ttl: ttlMs }),
    });
  }

  /** The value of a key, unless it is unknown or too old. */
  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    this.#operated('get', value === undefined ? 'miss' : 'hit');
    return value;
  }

  /** Keeps a value, which nobody may change from then on. */
  set(key: string, value: Value): void {
    this.#entries.set(key, value);
    this.#operated('set', 'ok');
  }

  /** Forgets a key. */
  delete(key: string): void {
    this.#operated('delete', this.#entries.delete(key) ? 'hit' : 'miss');
  }

  #operated(operation: 'get' | 'set' | 'delete', result: 'hit' | 'miss' | 'ok'): void {
    this.#listener.operated({ cache: this.#name, operation, result });
    this.#listener.resized(this.#name, this.#entries.calculatedSize);
  }
}
