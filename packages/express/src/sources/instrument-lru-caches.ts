import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Registerer } from '@bduf/metrics-core/interfaces';
import { watchedCaches } from '../performance/cache-gauges.ts';
import { CacheMetrics, type CacheOperation, type CacheResult } from '../performance/cache-metrics.ts';
import { type LruCache, lruCache } from '../performance/cache-source.ts';
import { enableCallMarks, isMarked } from './call-mark.ts';
import { type SourceHandle, type SourceOptions, sourceTools } from './source-options.ts';
import { type CallObserver, TracedCalls } from './traced-calls.ts';

/** Synchronous operations of all caches of the process, when they are done. */
const METRICS_CHANNEL = 'lru-cache:metrics';
/** Calls of `fetch`. */
const FETCH_CHANNEL = 'lru-cache';

/** The part of the message that is read; it also holds keys and values. */
interface Status {
  readonly op?: string;
  readonly cache?: unknown;
  readonly get?: string;
  readonly memo?: string;
  readonly fetch?: string;
  /** Whether a value that had expired was given all the same. */
  readonly returnedStale?: boolean;
  /** Why something was deleted. */
  readonly delete?: string;
}

/** Options of {@link instrumentLruCaches}. */
export interface LruSourceOptions extends SourceOptions {
  /** Whether `sizeCalculation` of the caches gives bytes, so that their size is known. Default false. */
  readonly sizeIsBytes?: boolean;
}

/**
 * Measures caches of `lru-cache` (11.5 or newer), which publishes their operations: `cache_operations_total`,
 * `cache_hit_ratio` and, at read-out, their entries. An operation inside `wrapCacheOperation` counts there and not here.
 * A deletion counts as `ok` whether or not there was something. Evictions are not published: give the cache
 * `dispose: evictionsOf(collector, name)`.
 *
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param caches - The caches to measure, by the name that becomes their label; others are left alone.
 * @param options - See {@link LruSourceOptions}.
 */
export function instrumentLruCaches(
  collector: Registerer,
  caches: Readonly<Record<string, LruCache>>,
  options: LruSourceOptions = {},
): SourceHandle {
  const { attempt, report, clock } = sourceTools(options);
  const metrics = CacheMetrics.of(collector, clock);
  const names = new WeakMap(Object.entries(caches).map(([name, cache]) => [cache as object, name]));
  enableCallMarks();
  const nameOf = ({ cache }: Status): string | undefined => {
    const name = typeof cache === 'object' && cache !== null ? names.get(cache) : undefined;
    return name === undefined || isMarked('cache', collector) ? undefined : name;
  };
  const count = (status: Status): void => {
    const name = nameOf(status);
    const outcome = outcomeOf(status);
    if (name !== undefined && outcome !== undefined) metrics.record(name, ...outcome);
  };
  // Documented by `lru-cache` for this channel.
  const listener = (message: unknown): void => attempt(() => count(message as Status));
  const beginFetch = (status: Status): CallObserver | undefined => {
    const name = nameOf(status);
    if (name === undefined) return undefined;
    return {
      succeed: () => metrics.record(name, 'get', foundBy(status, status.fetch === 'get' ? status.get : status.fetch)),
      fail: (error) => metrics.fail(name, 'get', error),
    };
  };
  const fetches = new TracedCalls<Status>(FETCH_CHANNEL, { begin: beginFetch, onError: report });
  subscribe(METRICS_CHANNEL, listener);
  const stops = Object.entries(caches).map(([name, cache]) =>
    watchedCaches(collector).watch(name, lruCache(cache, options)),
  );
  return {
    close() {
      unsubscribe(METRICS_CHANNEL, listener);
      fetches.close();
      for (const stop of stops) stop();
    },
  };
}

/**
 * Counts the evictions of an `lru-cache` (any version): what to give its constructor as `dispose`.
 *
 * @param collector - Where the metrics are defined.
 * @param name - Name of the cache, as label value.
 */
export function evictionsOf(
  collector: Registerer,
  name: string,
  options: SourceOptions = {},
): (value: unknown, key: unknown, reason: string) => void {
  const { attempt, clock } = sourceTools(options);
  const metrics = CacheMetrics.of(collector, clock);
  return (_value, _key, reason) => {
    if (reason === 'evict') attempt(() => metrics.evict(name));
  };
}

function outcomeOf(status: Status): readonly [CacheOperation, CacheResult] | undefined {
  switch (status.op ?? '') {
    case 'get':
      return ['get', foundBy(status, status.get)];
    case 'memo':
      return ['get', foundBy(status, status.memo)];
    case 'set':
      return ['set', 'ok'];
    case 'delete':
      // Entries that expired or were evicted go the same way.
      return status.delete === 'delete' ? ['delete', 'ok'] : undefined;
    default:
      return undefined;
  }
}

function foundBy({ returnedStale }: Status, result: string | undefined): CacheResult {
  return result === 'hit' || returnedStale === true ? 'hit' : 'miss';
}
