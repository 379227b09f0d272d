/** What a cache says about itself. All of it is asked at every read-out and must be cheap. */
export interface CacheSource {
  /** Entries it holds. */
  readonly entries?: () => number;
  /** Their size in bytes. */
  readonly sizeBytes?: () => number;
}

/** The part of an `lru-cache` that is read. */
export interface LruCache {
  /** Entries. */
  readonly size: number;
  /** Sum of what `sizeCalculation` said; 0 without one. */
  readonly calculatedSize: number;
}

/**
 * The source of an `lru-cache` (7 or newer). Its size is known if its `sizeCalculation` gives bytes: only then say so.
 *
 * @param cache - The cache.
 * @param options - `sizeIsBytes`: whether `sizeCalculation` gives bytes. Default false.
 */
export function lruCache(cache: LruCache, options: { readonly sizeIsBytes?: boolean } = {}): CacheSource {
  return {
    entries: () => cache.size,
    ...(options.sizeIsBytes === true && { sizeBytes: () => cache.calculatedSize }),
  };
}
