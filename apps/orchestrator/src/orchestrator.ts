import { MetricsCollector } from '@bduf/metrics-core';
import type { AlertSource } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import { SystemHealthMonitor } from '@bduf/metrics-system-health';
import express from 'express';
import { createChaosRouter } from './chaos/chaos-router.ts';
import type { FaultBoard } from './chaos/fault-board.ts';
import { HttpServer, type ListenOptions } from './http/http-server.ts';
import { type PageLink, sendLandingPage } from './http/landing-page.ts';
import { readRouteTraffic } from './metrics/route-traffic.ts';
import {
  type MonitoringSystem,
  type MonitoringSystemName,
  startMonitoringSystem,
} from './monitoring/monitoring-system.ts';
import { OBSERVATION_LINKS, startObservation } from './observation.ts';
import type { ReadingWorkers } from './reading/start-reader.ts';
import { trafficTable } from './reports/traffic-table.ts';
import { startService } from './service.ts';
import { Shutdown } from './shutdown.ts';
import { TrafficGenerator, type TrafficOptions } from './traffic/traffic-generator.ts';

/** Options of {@link startOrchestrator}. */
export interface OrchestratorOptions extends ListenOptions {
  /** Simulated traffic; undefined for none. */
  readonly traffic: Pick<TrafficOptions, 'requestsPerSecond' | 'seed'> | undefined;
  /** Monitoring systems to start and feed. */
  readonly feeds?: readonly MonitoringSystemName[];
  /** Who reads requirements; left out, the main thread does. */
  readonly workers?: ReadingWorkers;
  /** Folder in which alerts survive the process; left out, they do not. */
  readonly stateFolder?: string;
  /** Told of errors that no client is told of. */
  readonly onError: (error: unknown) => void;
}

/** A running orchestrator. */
export interface Orchestrator {
  /** Where it is reached, without a slash at the end. */
  readonly origin: string;
  /** The pages that it offers to people and programs. */
  readonly links: readonly PageLink[];
  /** Configuration by which an MCP client reaches it, as JSON. */
  readonly mcpConfig: string;
  /** All its metrics. */
  readonly collector: MetricsCollector;
  /** What is wrong with it. */
  readonly alerts: AlertSource;
  /** What can be broken on purpose. */
  readonly faults: FaultBoard;
  /** The monitoring systems that it feeds. */
  readonly fed: readonly MonitoringSystem[];
  /** Ends everything within half a second, or two when it feeds others, and leaves nothing behind. Further calls wait for the first. */
  stop(): Promise<void>;
}

const HEALTH_INTERVAL_MS = 2000;
/** How long requests under way may take when the service ends. */
const GRACE_MS = 300;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const LINKS: readonly PageLink[] = [
  { path: '/', description: 'what there is, and the requests so far' },
  ...OBSERVATION_LINKS,
  { path: '/chaos', description: 'break a part of it on purpose, and see which alert notices' },
  { path: '/live', description: 'requests by route, as text' },
  { path: '/api/projects', description: 'REST API of the planning workflow' },
  { path: '/api/events', description: 'events of all projects, as they happen (server-sent events)' },
];

/**
 * Starts everything in one process: the service, what watches it and, on demand, its users. This file, `service.ts` and
 * `observation.ts` are the model of how the packages are wired together.
 */
export async function startOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(options: OrchestratorOptions, shutdown: Shutdown): Promise<Orchestrator> {
  const { host, workers = { threads: 0, processes: 0 }, stateFolder, onError } = options;
  const clock = systemClock;

  // One collector for the process. Everything that measures gets it, everything that shows metrics reads it.
  const collector = new MetricsCollector();

  // How the process, its container and what it needs are.
  const health = new SystemHealthMonitor(collector, HEALTH_INTERVAL_MS, { clock });
  health.startMonitoring();
  shutdown.add(() => health.stopMonitoring());

  const observation = await startObservation({ collector, health, stateFolder, clock, onError }, shutdown);
  const { history, alerts } = observation;
  const service = await startService(
    { collector, health, sources: { history, alerts }, isLocal: LOOPBACK.has(host), clock, workers, onError },
    shutdown,
  );

  const table = (): string => trafficTable(readRouteTraffic(collector));
  let traffic: TrafficGenerator | undefined;
  const app = express().disable('x-powered-by');
  // Scrapes, probes and the pages about them come first: they are no traffic of the service, so its metrics leave them out.
  app.use(observation.router);
  app.use('/chaos', createChaosRouter(service.faults));
  app.get('/live', (_req, res) => void res.type('text').set('Cache-Control', 'no-store').send(`${table()}\n`));
  app.get('/', (_req, res) => {
    const content = { links: LINKS, routes: service.routes, mcpConfig: mcpConfig(origin), table: table() };
    sendLandingPage(res, { ...content, traffic: describeTraffic(traffic) });
  });
  app.use(service.router);
  app.use(service.onFailure);

  const server = await HttpServer.start(app, options);
  const { origin } = server;
  shutdown.add(() => server.stop(GRACE_MS));
  shutdown.add(() => service.close());

  const { exporter } = observation;
  const fed: MonitoringSystem[] = [];
  for (const name of options.feeds ?? []) {
    const system = await startMonitoringSystem(name, { origin, exporter, registerer: collector });
    shutdown.add(() => system.close());
    fed.push(system);
  }
  if (options.traffic !== undefined) {
    traffic = new TrafficGenerator({ ...options.traffic, origin, clock });
    shutdown.add(() => traffic?.close());
    await traffic.start();
  }
  shutdown.add(() => health.beginDraining());
  return {
    origin,
    links: LINKS,
    mcpConfig: mcpConfig(origin),
    collector,
    alerts,
    faults: service.faults,
    fed,
    stop: () => shutdown.run(),
  };
}

/** What a user pastes into the configuration of an MCP client. */
function mcpConfig(origin: string): string {
  return JSON.stringify({ mcpServers: { 'bduf-orchestrator': { type: 'http', url: `${origin}/mcp` } } }, undefined, 2);
}

function describeTraffic(traffic: TrafficGenerator | undefined): string {
  if (traffic === undefined) return 'There is no simulated traffic: every request is yours.';
  return (
    `Simulated traffic: ${traffic.ledger.requests.total} requests so far, sent by real HTTP clients of this process and marked by ` +
    'the header X-Simulated-Traffic. Start with --no-traffic to be alone.'
  );
}
