import { ApplicationMetricDefinitions, type Registerer } from '@bduf/metrics-core/interfaces';
import type { CacheListener } from '../cache/cache-listener.ts';
import type { DatabaseListener } from '../database/database-listener.ts';

/** Makes the listener that records what a database does, for one pool. */
export function createDatabaseMetrics(registerer: Registerer, pool: string): DatabaseListener {
  const queries = registerer.counter(ApplicationMetricDefinitions.DATABASE_QUERIES_TOTAL);
  const duration = registerer.histogram(ApplicationMetricDefinitions.DATABASE_QUERY_DURATION);
  const active = registerer.gauge(ApplicationMetricDefinitions.DATABASE_CONNECTIONS_ACTIVE).labels({ pool });
  const idle = registerer.gauge(ApplicationMetricDefinitions.DATABASE_CONNECTIONS_IDLE).labels({ pool });
  const waiting = registerer.gauge(CONNECTIONS_WAITING).labels({ pool });
  const wait = registerer.histogram(CONNECTION_WAIT).labels({ pool });
  return {
    queried({ operation, outcome, seconds }) {
      queries.inc({ operation, outcome });
      duration.observe({ operation }, seconds);
    },
    poolChanged(usage) {
      active.set(usage.active);
      idle.set(usage.idle);
      waiting.set(usage.waiting);
    },
    acquired: (seconds) => wait.observe(seconds),
  };
}

/** Makes the listener that records what caches do. */
export function createCacheMetrics(registerer: Registerer): CacheListener {
  const operations = registerer.counter(ApplicationMetricDefinitions.CACHE_OPERATIONS_TOTAL);
  const size = registerer.gauge(ApplicationMetricDefinitions.CACHE_SIZE_BYTES);
  const evictions = registerer.counter(ApplicationMetricDefinitions.CACHE_EVICTIONS_TOTAL);
  return {
    operated: ({ cache, operation, result }) => operations.inc({ cache, operation, result }),
    resized: (cache, bytes) => size.set({ cache }, bytes),
    evicted: (cache) => evictions.inc({ cache }),
  };
}

const CONNECTIONS_WAITING = {
  name: 'database_connections_waiting',
  description: 'Callers that wait for a database connection.',
  labels: { pool: 'string' },
} as const;

const CONNECTION_WAIT = {
  name: 'database_connection_wait_seconds',
  description: 'Time a caller waited for a database connection.',
  unit: 'seconds',
  labels: { pool: 'string' },
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
} as const;
