import type { BusinessMetricsCollector } from '@bduf/metrics-business';
import type { MetricsCollector } from '@bduf/metrics-core';
import type { Clock } from '@bduf/metrics-core/interfaces';
import type { PerformanceMonitor } from '@bduf/metrics-express';
import { evictionsOf, instrumentLruCaches, measureSqlite } from '@bduf/metrics-express/sources';
import { DatabaseLatency } from '../chaos/faults/slow-database.ts';
import type { HandlePool } from '../database/handle-pool.ts';
import { openPlanningDatabase } from '../database/planning-database.ts';
import { type ExternalStub, startExternalStub } from '../external/stub/external-stub.ts';
import { createPoolWaitRecorder } from '../metrics/pool-wait.ts';
import { externalCallRecorder, recordPlanning } from '../metrics/record-planning.ts';
import { type ReadingWorkers, startReader } from '../reading/start-reader.ts';
import { createPlanningServices, type PlanningServices } from './planning-services.ts';
import type { Shutdown } from '../shutdown.ts';

/** Connections that the planning database has at most. */
export const DATABASE_HANDLES = 4;
const ACQUIRE_TIMEOUT_MS = 2000;
const POOL = 'planning';

/** Options of {@link startPlanning}: who measures the planning, and who reads requirements. */
export interface PlanningOptions {
  readonly collector: MetricsCollector;
  readonly performance: PerformanceMonitor;
  readonly business: BusinessMetricsCollector;
  readonly clock: Clock;
  readonly workers: ReadingWorkers;
}

/** The planning service with all that it works with. */
export interface Planning {
  readonly services: PlanningServices;
  readonly pool: HandlePool;
  readonly external: ExternalStub;
  /** How long the database takes to say that it is there. */
  readonly latency: DatabaseLatency;
}

/**
 * Starts the planning service, measured. It knows nothing of metrics: connections and caches are wrapped or watched from
 * outside, and what happens to projects is told to listeners.
 */
export async function startPlanning(options: PlanningOptions, shutdown: Shutdown): Promise<Planning> {
  const { collector, performance, business, clock } = options;
  const external = await startExternalStub(clock);
  shutdown.add(() => external.stop());

  const latency = new DatabaseLatency();
  const database = openPlanningDatabase({
    size: DATABASE_HANDLES,
    acquireTimeoutMs: ACQUIRE_TIMEOUT_MS,
    clock,
    measure: (connection) => measureSqlite(connection, collector, { clock }),
    onAcquired: createPoolWaitRecorder(collector, POOL),
    beforeUse: (handle) =>
      performance.wrapDatabaseQuery('validate', async () => {
        await latency.pass(clock);
        handle.validate();
      }),
  });
  const { pool } = database;
  shutdown.add(() => database.close());
  shutdown.add(
    performance.watchPool(POOL, {
      active: () => pool.usage.active,
      idle: () => pool.usage.idle,
      waiting: () => pool.usage.waiting,
      max: () => DATABASE_HANDLES,
    }),
  );

  const services = createPlanningServices({
    pool,
    clock,
    reader: startReader(options.workers, options, shutdown),
    externalUrls: external.urls,
    listeners: {
      disposedFrom: (cache) => evictionsOf(collector, cache, { clock }),
      external: externalCallRecorder(business),
      contextAssembled: (outcome) => business.recordContextAssembly(outcome),
    },
  });
  const caches = Object.entries(services.caches).map(([name, { entries }]) => [name, entries] as const);
  const cacheSource = instrumentLruCaches(collector, Object.fromEntries(caches), { clock, sizeIsBytes: true });
  shutdown.add(() => cacheSource.close());
  shutdown.add(recordPlanning(services.events, business));
  return { services, pool, external, latency };
}
