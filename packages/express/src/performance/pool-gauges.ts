import { ApplicationMetricDefinitions, type Registerer } from '@bduf/metrics-core/interfaces';
import { NamedSources } from './named-sources.ts';
import { PerformanceMetricDefinitions } from './performance-metrics.ts';
import type { PoolSource } from './pool-source.ts';

const gaugesOf = new WeakMap<Registerer, NamedSources<PoolSource>>();

/** The pools of a collector that are watched, and the gauges that ask them. */
export function watchedPools(collector: Registerer): NamedSources<PoolSource> {
  const known = gaugesOf.get(collector);
  if (known !== undefined) return known;
  const pools = new NamedSources<PoolSource>();
  gaugesOf.set(collector, pools);
  const { DATABASE_CONNECTIONS_ACTIVE, DATABASE_CONNECTIONS_IDLE } = ApplicationMetricDefinitions;
  const { DATABASE_CONNECTIONS_WAITING, DATABASE_CONNECTIONS_MAX } = PerformanceMetricDefinitions;
  const gauges = [
    [DATABASE_CONNECTIONS_ACTIVE, ({ active }: PoolSource) => active()],
    [DATABASE_CONNECTIONS_IDLE, ({ idle }: PoolSource) => idle()],
    [DATABASE_CONNECTIONS_WAITING, ({ waiting }: PoolSource) => waiting?.()],
    [DATABASE_CONNECTIONS_MAX, ({ max }: PoolSource) => max?.()],
  ] as const;
  for (const [definition, read] of gauges) {
    collector.gauge<{ readonly pool: 'string' }>({
      ...definition,
      collect: ({ set }) => pools.report(read, (pool, value) => set({ pool }, value)),
    });
  }
  return pools;
}
