import type { Clock, Registerer } from '@bduf/metrics-core/interfaces';
import { outcomeOfToolError, outcomeOfToolResult, systemClock } from '@bduf/metrics-core/primitives';
import { type Attempt, attemptWith } from '../errors/attempt.ts';
import { type ErrorDetails, ErrorRecorder } from '../errors/error-recorder.ts';
import type { HttpMetricsOptions } from '../http/http-metrics-options.ts';
import { reportOnce } from '../errors/report-once.ts';
import { createMetricsMiddleware, type MetricsMiddleware } from '../metrics-middleware.ts';
import { runMarked } from '../sources/call-mark.ts';
import { CacheMetrics, type CacheOperation, type CacheResult } from './cache-metrics.ts';
import { watchedCaches } from './cache-gauges.ts';
import type { CacheSource } from './cache-source.ts';
import { DatabaseMetrics } from './database-metrics.ts';
import { watchedPools } from './pool-gauges.ts';
import type { PoolSource } from './pool-source.ts';
import { ToolExecutionMetrics } from './tool-execution-metrics.ts';

const DEFAULT_CACHE = 'default';

/** Options of a {@link PerformanceMonitor}. */
export interface PerformanceMonitorOptions {
  /**
   * The cache that a key belongs to, where a call does not say it. The result is a label value and must come from a small
   * set, never from the variable part of the key. Default: all keys belong to `default`.
   */
  readonly cacheOf?: (key: string) => string;
  /** Told about the first failure inside the monitor. Failures never reach the caller. Default: a process warning. */
  readonly onError?: (error: unknown) => void;
  /** Source of time. Default: the system's. */
  readonly clock?: Clock;
}

/** What a call of {@link PerformanceMonitor.wrapCacheOperation} may say. */
export interface CacheOperationOptions<T> {
  /** Name of the cache, as label value. Default: what `cacheOf` says. */
  readonly cache?: string;
  /**
   * Whether a `get` found something, for results that are neither one value nor nothing. Default: the result is neither
   * `undefined` nor `null`; `0`, `''`, `false` and `NaN` are hits.
   */
  readonly isHit?: (value: T) => boolean;
}

/**
 * Measures what an application waits for. Whatever goes wrong inside it, a wrapped call gives what it would give without
 * the wrapper: the same result, the same error.
 */
export class PerformanceMonitor {
  readonly #collector: Registerer;
  readonly #clock: Clock;
  readonly #cacheOf: (key: string) => string;
  readonly #attempt: Attempt;
  readonly #errors: ErrorRecorder;
  readonly #database: DatabaseMetrics;
  readonly #caches: CacheMetrics;
  readonly #tools: ToolExecutionMetrics;

  /**
   * @param metrics - Where the metrics are defined; defining them throws what {@link Registerer} says.
   * @param options - See {@link PerformanceMonitorOptions}.
   */
  constructor(metrics: Registerer, options: PerformanceMonitorOptions = {}) {
    this.#collector = metrics;
    this.#clock = options.clock ?? systemClock;
    this.#cacheOf = options.cacheOf ?? (() => DEFAULT_CACHE);
    this.#attempt = attemptWith(reportOnce(options.onError));
    this.#errors = ErrorRecorder.of(metrics);
    this.#database = DatabaseMetrics.of(metrics);
    this.#caches = CacheMetrics.of(metrics, this.#clock);
    this.#tools = ToolExecutionMetrics.of(metrics);
  }

  /** Creates a middleware that measures requests; see {@link createMetricsMiddleware}. */
  httpMetricsMiddleware(options?: HttpMetricsOptions): MetricsMiddleware {
    return createMetricsMiddleware(this.#collector, { clock: this.#clock, ...options });
  }

  /**
   * Runs a database query and records its outcome and how long it took.
   *
   * @param operation - What it does, as label value: a name of your own or a verb. Of a statement only the verb is kept.
   * @param query - Called once, at once.
   * @returns What the query resolves to. Rejects as the query does, also when it throws.
   */
  async wrapDatabaseQuery<T>(operation: string, query: () => Promise<T>): Promise<T> {
    const startMs = this.#clock.monotonicMs();
    const running = this.#attempt(() => this.#database.begin(operation));
    try {
      const result = await runMarked('database', this.#collector, query);
      this.#attempt(() => running?.succeed(this.#secondsSince(startMs)));
      return result;
    } catch (error) {
      this.#attempt(() => running?.fail(this.#secondsSince(startMs), error));
      throw error;
    }
  }

  /**
   * As {@link PerformanceMonitor.wrapDatabaseQuery}, for drivers that give the result at once.
   *
   * @param operation - What it does, as label value: a name of your own or a verb. Of a statement only the verb is kept.
   * @param query - Called once, at once.
   * @returns What the query returns. Throws what it throws.
   */
  wrapDatabaseQuerySync<T>(operation: string, query: () => T): T {
    const startMs = this.#clock.monotonicMs();
    const running = this.#attempt(() => this.#database.begin(operation));
    try {
      const result = runMarked('database', this.#collector, query);
      this.#attempt(() => running?.succeed(this.#secondsSince(startMs)));
      return result;
    } catch (error) {
      this.#attempt(() => running?.fail(this.#secondsSince(startMs), error));
      throw error;
    }
  }

  /**
   * Runs a cache operation and records its result.
   *
   * @param operation - `get` hits or misses; `delete` misses when it resolves to `false` or `0`; the rest is `ok` or `error`.
   * @param key - Only handed to `cacheOf`: it never becomes a label.
   * @param fn - Called once, at once.
   * @param options - See {@link CacheOperationOptions}.
   * @returns What the operation resolves to. Rejects as it does, also when it throws.
   */
  async wrapCacheOperation<T>(
    operation: CacheOperation,
    key: string,
    fn: () => Promise<T>,
    options: CacheOperationOptions<T> = {},
  ): Promise<T> {
    try {
      const value = await runMarked('cache', this.#collector, fn);
      this.#attempt(() =>
        this.#caches.record(this.#cacheName(key, options), operation, resultOf(operation, value, options)),
      );
      return value;
    } catch (error) {
      this.#attempt(() => this.#caches.fail(this.#cacheName(key, options), operation, error));
      throw error;
    }
  }

  /**
   * Runs an MCP tool where no instrumented server does, and records its outcome as `instrumentMcpServer` would: `cancelled`
   * when it was aborted, `error` when it throws or resolves to a result with `isError`, else `ok`. Inside a tool of that name
   * that an instrumented server counts for the same collector, nothing is recorded, so that it counts once.
   *
   * @param toolName - Label value: the name of one of your tools, not what a peer asked for.
   * @param execution - Called once, at once.
   * @returns What the execution resolves to. Rejects as it does, also when it throws.
   */
  async wrapToolExecution<T>(toolName: string, execution: () => Promise<T>): Promise<T> {
    if (this.#attempt(() => this.#tools.isCounted(toolName)) === true) return execution();
    const startMs = this.#clock.monotonicMs();
    try {
      const result = await execution();
      this.#attempt(() => this.#tools.record(toolName, this.#secondsSince(startMs), outcomeOfToolResult(result)));
      return result;
    } catch (error) {
      this.#attempt(() => this.#tools.record(toolName, this.#secondsSince(startMs), outcomeOfToolError(error)));
      throw error;
    }
  }

  /**
   * Counts an error that the application handles itself. An error object counts once for each collector, whoever sees it:
   * a query, a request or this call; being critical is counted in addition.
   */
  recordError(error: unknown, details?: ErrorDetails): void {
    this.#attempt(() => this.#errors.record(error, details));
  }

  /**
   * Reads a pool of connections at every read-out.
   *
   * @param name - Label value; a pool watched under the same name before is replaced.
   * @param pool - Such as `pgPool(pool)`.
   * @returns A function that stops it.
   */
  watchPool(name: string, pool: PoolSource): () => void {
    return watchedPools(this.#collector).watch(name, pool);
  }

  /**
   * Reads the size of a cache at every read-out.
   *
   * @param name - Label value; a cache watched under the same name before is replaced.
   * @param cache - Such as `lruCache(cache)`.
   * @returns A function that stops it.
   */
  watchCache(name: string, cache: CacheSource): () => void {
    return watchedCaches(this.#collector).watch(name, cache);
  }

  /** Counts entries that a cache evicted to make room, by default one: call it from the cache's own hook. */
  recordEviction(cache: string, entries?: number): void {
    this.#attempt(() => this.#caches.evict(cache, entries));
  }

  #secondsSince(startMs: number): number {
    return (this.#clock.monotonicMs() - startMs) / 1000;
  }

  #cacheName<T>(key: string, { cache }: CacheOperationOptions<T>): string {
    return cache ?? this.#cacheOf(key);
  }
}

function resultOf<T>(operation: CacheOperation, value: T, { isHit = isFound }: CacheOperationOptions<T>): CacheResult {
  if (operation === 'get') return isHit(value) ? 'hit' : 'miss';
  return operation === 'delete' && (value === false || value === 0) ? 'miss' : 'ok';
}

function isFound(value: unknown): boolean {
  return value !== undefined && value !== null;
}
