import { ApplicationMetricDefinitions, type Clock, type Counter, type Registerer } from '@bduf/metrics-core/interfaces';
import { ErrorRecorder } from '../errors/error-recorder.ts';
import { LabelBudget } from '../labels/label-budget.ts';
import { ShareWindow } from '../windows/share-window.ts';

/** What can be done with a cache. */
export type CacheOperation = 'get' | 'set' | 'delete';
/** How it ended: a `get` hits or misses, a `delete` of nothing misses. */
export type CacheResult = 'hit' | 'miss' | 'ok' | 'error';

/** Component under which errors of caches count. */
const COMPONENT = 'cache';
const MAX_CACHES = 50;

const metricsOf = new WeakMap<Registerer, CacheMetrics>();

/** The cache metrics of a collector: whoever sees operations, wrappers or caches themselves, records them here. */
export class CacheMetrics {
  readonly #clock: Clock;
  readonly #operations: Counter<{
    readonly cache: string;
    readonly operation: string;
    readonly result: CacheResult;
  }>;
  readonly #evictions: Counter<{ readonly cache: string }>;
  readonly #errors: ErrorRecorder;
  readonly #caches = new LabelBudget(MAX_CACHES);
  readonly #hits = new Map<string, ShareWindow>();

  private constructor(collector: Registerer, clock: Clock) {
    this.#clock = clock;
    this.#operations = collector.counter(ApplicationMetricDefinitions.CACHE_OPERATIONS_TOTAL);
    this.#evictions = collector.counter(ApplicationMetricDefinitions.CACHE_EVICTIONS_TOTAL);
    this.#errors = ErrorRecorder.of(collector);
    collector.gauge({
      ...ApplicationMetricDefinitions.CACHE_HIT_RATIO,
      collect: ({ set }) => {
        for (const [cache, window] of this.#hits) {
          const share = window.share(clock.monotonicMs());
          if (share !== undefined) set({ cache }, share);
        }
      },
    });
  }

  /** Those of a collector; the clock counts when they are made. */
  static of(collector: Registerer, clock: Clock): CacheMetrics {
    const known = metricsOf.get(collector) ?? new CacheMetrics(collector, clock);
    metricsOf.set(collector, known);
    return known;
  }

  /** Records operations on a cache, by default one. */
  record(cache: string, operation: CacheOperation, result: CacheResult, times = 1): void {
    const name = this.#caches.admit(cache);
    this.#operations.inc({ cache: name, operation, result }, times);
    if (result === 'hit' || (result === 'miss' && operation === 'get'))
      this.#window(name).add(result === 'hit', this.#clock.monotonicMs(), times);
  }

  /** Records an operation that failed. */
  fail(cache: string, operation: CacheOperation, error: unknown): void {
    this.record(cache, operation, 'error');
    this.#errors.record(error, { component: COMPONENT });
  }

  /** Records entries that were evicted to make room. */
  evict(cache: string, entries = 1): void {
    this.#evictions.inc({ cache: this.#caches.admit(cache) }, entries);
  }

  #window(cache: string): ShareWindow {
    const known = this.#hits.get(cache) ?? new ShareWindow(this.#clock.monotonicMs());
    this.#hits.set(cache, known);
    return known;
  }
}
