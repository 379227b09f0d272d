import { ApplicationMetricDefinitions, type Registerer } from '@bduf/metrics-core/interfaces';
import type { CacheSource } from './cache-source.ts';
import { NamedSources } from './named-sources.ts';
import { PerformanceMetricDefinitions } from './performance-metrics.ts';

const gaugesOf = new WeakMap<Registerer, NamedSources<CacheSource>>();

/** The caches of a collector that are watched, and the gauges that ask them. */
export function watchedCaches(collector: Registerer): NamedSources<CacheSource> {
  const known = gaugesOf.get(collector);
  if (known !== undefined) return known;
  const caches = new NamedSources<CacheSource>();
  gaugesOf.set(collector, caches);
  collector.gauge({
    ...ApplicationMetricDefinitions.CACHE_SIZE_BYTES,
    collect: ({ set }) =>
      caches.report(
        ({ sizeBytes }) => sizeBytes?.(),
        (cache, bytes) => set({ cache }, bytes),
      ),
  });
  collector.gauge({
    ...PerformanceMetricDefinitions.CACHE_ENTRIES,
    collect: ({ set }) =>
      caches.report(
        ({ entries }) => entries?.(),
        (cache, count) => set({ cache }, count),
      ),
  });
  return caches;
}
