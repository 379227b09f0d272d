import type { Registerer } from '@bduf/metrics-core/interfaces';
import { CacheMetrics, type CacheOperation, type CacheResult } from '../performance/cache-metrics.ts';
import { DatabaseMetrics } from '../performance/database-metrics.ts';
import { enableCallMarks, isMarked } from './call-mark.ts';
import { type SourceHandle, type SourceOptions, sourceTools } from './source-options.ts';
import { type CallObserver, TracedCalls } from './traced-calls.ts';

/** `ioredis` 6 and `node-redis` 6 publish the same. */
const CHANNELS = ['ioredis:command', 'node-redis:command'] as const;
const DEFAULT_CACHE = 'redis';
/** A command's name; what is none came from elsewhere. */
const COMMAND = /^[a-z][a-z._]{0,31}$/;

/** Commands that read, write or delete one value, as operations on a cache. */
const CACHE_OPERATIONS: ReadonlyMap<string, CacheOperation> = new Map([
  ['get', 'get'],
  ['getex', 'get'],
  ['getdel', 'get'],
  ['hget', 'get'],
  ['set', 'set'],
  ['setex', 'set'],
  ['psetex', 'set'],
  ['hset', 'set'],
  ['del', 'delete'],
  ['unlink', 'delete'],
  ['hdel', 'delete'],
]);

/** The part of the published context that is read; its arguments hold keys. */
interface CommandContext {
  readonly command?: unknown;
}

/** Options of {@link instrumentRedis}. */
export interface RedisSourceOptions extends SourceOptions {
  /** Name of the cache that the servers are, as label value. Default `redis`. */
  readonly cache?: string;
}

/**
 * Measures the commands of `ioredis` and `node-redis` (6 or newer), which publish them: each as a database query with the
 * operation `redis.get` and so on, those that read, write or delete a value also as operations on a cache. What a wrapper
 * counts (`wrapDatabaseQuery`, `wrapCacheOperation`) counts there and not here. Keys are never read.
 *
 * @param collector - Where the metrics are defined; defining them throws what {@link Registerer} says.
 * @param options - See {@link RedisSourceOptions}.
 */
export function instrumentRedis(collector: Registerer, options: RedisSourceOptions = {}): SourceHandle {
  const { report, stopwatch, clock } = sourceTools(options);
  const { cache = DEFAULT_CACHE } = options;
  const database = DatabaseMetrics.of(collector);
  const caches = CacheMetrics.of(collector, clock);
  enableCallMarks();

  const observeQuery = (command: string): CallObserver | undefined => {
    if (isMarked('database', collector)) return undefined;
    const seconds = stopwatch();
    const running = database.begin(`redis.${COMMAND.test(command) ? command : 'other'}`);
    return { succeed: () => running.succeed(seconds()), fail: (error) => running.fail(seconds(), error) };
  };
  const observeCache = (command: string): CallObserver | undefined => {
    const operation = CACHE_OPERATIONS.get(command);
    if (operation === undefined || isMarked('cache', collector)) return undefined;
    return {
      succeed: (result) => caches.record(cache, operation, resultOf(operation, result)),
      fail: (error) => caches.fail(cache, operation, error),
    };
  };
  const begin = (context: CommandContext): CallObserver => {
    const command = String(context.command).toLowerCase();
    const observers = [observeQuery(command), observeCache(command)].filter((observer) => observer !== undefined);
    return {
      succeed: (result) => {
        for (const observer of observers) observer.succeed(result);
      },
      fail: (error) => {
        for (const observer of observers) observer.fail(error);
      },
    };
  };
  const calls = CHANNELS.map((channel) => new TracedCalls<CommandContext>(channel, { begin, onError: report }));
  return {
    close() {
      for (const followed of calls) followed.close();
    },
  };
}

function resultOf(operation: CacheOperation, result: unknown): CacheResult {
  if (operation === 'get') return result === null || result === undefined ? 'miss' : 'hit';
  return operation === 'delete' && result === 0 ? 'miss' : 'ok';
}
