/** One operation on a cache. */
export interface CacheOperation {
  /** Name of the cache. */
  readonly cache: string;
  /** What was done. */
  readonly operation: 'get' | 'set' | 'delete';
  /** `hit` or `miss` for `get` and `delete`, `ok` for `set`. */
  readonly result: 'hit' | 'miss' | 'ok';
}

/** Is told what happens in caches. Its methods return quickly and never throw. */
export interface CacheListener {
  /** An operation has ended. */
  operated(operation: CacheOperation): void;
  /** A cache holds that many bytes now, by its own estimate. */
  resized(cache: string, bytes: number): void;
  /** A cache has thrown out an entry to make room. */
  evicted(cache: string): void;
}
