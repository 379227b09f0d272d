import express from 'express';
import { MetricsCollector } from '@bduf/metrics-core';
import { systemClock } from '@bduf/metrics-core/primitives';
import { MetricsExporter } from '@bduf/metrics-exporters';
import { createMetricsMiddleware } from '@bduf/metrics-express';
import { openPlanningDatabase } from './database/planning-database.ts';
import { createApiRouter } from './http/api-router.ts';
import { answerUnknownRoute, createErrorResponder } from './http/error-response.ts';
import { HttpServer, type ListenOptions } from './http/http-server.ts';
import { createLandingPage, type PageLink } from './http/landing-page.ts';
import { listRoutes } from './http/listed-routes.ts';
import { Readiness } from './http/readiness.ts';
import { createCacheMetrics, createDatabaseMetrics } from './metrics/data-metrics.ts';
import { readRouteTraffic } from './metrics/route-traffic.ts';
import { createPlanningServices } from './planning-services.ts';
import { trafficTable } from './reports/traffic-table.ts';
import { TrafficGenerator, type TrafficOptions } from './traffic/traffic-generator.ts';

/** Options of {@link startOrchestrator}. */
export interface OrchestratorOptions extends ListenOptions {
  /** Simulated traffic; undefined for none. */
  readonly traffic: Pick<TrafficOptions, 'requestsPerSecond' | 'seed'> | undefined;
  /** Told of errors that no client is told of. */
  readonly onError: (error: unknown) => void;
}

/** A running orchestrator. */
export interface Orchestrator {
  /** Where it is reached, without a slash at the end. */
  readonly origin: string;
  /** The pages that it offers to people and programs. */
  readonly links: readonly PageLink[];
  /** All its metrics. */
  readonly collector: MetricsCollector;
  /** Ends everything within half a second and leaves nothing behind. Further calls wait for the first. */
  stop(): Promise<void>;
}

const DATABASE_HANDLES = 4;
const ACQUIRE_TIMEOUT_MS = 2000;
/** How long requests under way may take when the service ends. */
const GRACE_MS = 300;

const LINKS: readonly PageLink[] = [
  { path: '/', description: 'what there is, and the requests so far' },
  { path: '/api/projects', description: 'REST API of the planning workflow' },
  { path: '/api/events', description: 'events of all projects, as they happen (server-sent events)' },
  { path: '/live', description: 'requests by route, as text' },
  { path: '/metrics', description: 'metrics for Prometheus: text 0.0.4, or OpenMetrics by Accept' },
  { path: '/metrics.json', description: 'the same metrics as JSON' },
  { path: '/livez', description: 'whether the process answers' },
  { path: '/readyz', description: 'whether it can do its work' },
];

/** Starts the whole service. This function is the model of how the packages are wired together. */
export async function startOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  // One collector for the process. Everything that measures gets it, everything that shows metrics reads it.
  const collector = new MetricsCollector();
  const exporter = new MetricsExporter(collector);
  const httpMetrics = createMetricsMiddleware(collector);

  // The service itself knows nothing of metrics: its database and its caches tell listeners what they do.
  const database = openPlanningDatabase({
    handles: DATABASE_HANDLES,
    acquireTimeoutMs: ACQUIRE_TIMEOUT_MS,
    clock: systemClock,
    listener: createDatabaseMetrics(collector, 'planning'),
  });
  const services = createPlanningServices({
    pool: database.pool,
    clock: systemClock,
    cacheListener: createCacheMetrics(collector),
  });
  const readiness = new Readiness(services.store, systemClock);
  const api = createApiRouter(services);
  const table = (): string => trafficTable(readRouteTraffic(collector));
  let traffic: TrafficGenerator | undefined;

  const app = express().disable('x-powered-by');
  // Scrapes and probes come first: they are no traffic of the service, so its HTTP metrics leave them out.
  app.all('/metrics', exporter.createPrometheusEndpoint());
  app.all('/metrics.json', exporter.createMetricsApiEndpoint());
  app.all('/livez', exporter.createHealthEndpoint());
  app.all('/readyz', exporter.createHealthEndpoint(readiness));
  app.get('/live', (_req, res) => void res.type('text').set('Cache-Control', 'no-store').send(`${table()}\n`));
  app.get(
    '/',
    createLandingPage({
      links: LINKS,
      routes: listRoutes(api, '/api'),
      traffic: () => describeTraffic(traffic),
      table,
    }),
  );
  app.use(httpMetrics);
  app.use('/api', api);
  app.use(answerUnknownRoute);
  app.use(createErrorResponder(options.onError));

  const server = await HttpServer.start(app, options).catch((error: unknown) => {
    database.close();
    throw error;
  });
  if (options.traffic !== undefined) {
    traffic = new TrafficGenerator({ ...options.traffic, origin: server.origin, clock: systemClock });
    await traffic.start();
  }

  const stop = async (): Promise<void> => {
    readiness.end();
    traffic?.close();
    await server.stop(GRACE_MS);
    httpMetrics.close();
    database.close();
  };
  let stopped: Promise<void> | undefined;
  return { origin: server.origin, links: LINKS, collector, stop: () => (stopped ??= stop()) };
}

function describeTraffic(traffic: TrafficGenerator | undefined): string {
  if (traffic === undefined) return 'There is no simulated traffic: every request is yours.';
  return (
    `Simulated traffic: ${traffic.ledger.total} requests so far, sent by real HTTP clients of this process and marked by ` +
    'the header X-Simulated-Traffic. Start with --no-traffic to be alone.'
  );
}
