import { BusinessMetricsCollector } from '@bduf/metrics-business';
import { ApplicationMetrics, MetricsCollector } from '@bduf/metrics-core';
import { systemClock } from '@bduf/metrics-core/primitives';
import { MetricsExporter, OpenMetricsTextEncoder } from '@bduf/metrics-exporters';
import { PerformanceMonitor } from '@bduf/metrics-express';
import { instrumentMcpServer } from '@bduf/metrics-mcp';
import { exposeMetricsOverMcp, publishMetricUpdates } from '@bduf/metrics-mcp/expose';
import { createHealthRouter, SystemHealthMonitor } from '@bduf/metrics-system-health';
import express from 'express';
import { createChaosRouter } from './chaos/chaos-router.ts';
import { FaultBoard } from './chaos/fault-board.ts';
import { cacheFlush } from './chaos/faults/cache-flush.ts';
import { eventLoopBlock } from './chaos/faults/event-loop-block.ts';
import { memoryGrowth } from './chaos/faults/memory-growth.ts';
import { poolExhaustion } from './chaos/faults/pool-exhaustion.ts';
import { ToolCrash } from './chaos/faults/tool-crash.ts';
import { upstream429 } from './chaos/faults/upstream-429.ts';
import { registerInjectFaultTool } from './chaos/inject-fault-tool.ts';
import { registerPlanningChecks } from './health/planning-checks.ts';
import { noteActingUser } from './http/acting-user.ts';
import { createApiRouter } from './http/api-router.ts';
import { answerUnknownRoute, createErrorResponder } from './http/error-response.ts';
import { HttpServer, type ListenOptions } from './http/http-server.ts';
import { type PageLink, sendLandingPage } from './http/landing-page.ts';
import { listRoutes } from './http/listed-routes.ts';
import { createInboxRouter } from './inbox/inbox-router.ts';
import { Inbox } from './inbox/inbox.ts';
import { createMcpEndpoint } from './mcp/mcp-endpoint.ts';
import { createPlanningMcpServer } from './mcp/planning-mcp-server.ts';
import { createSessionRecorder } from './metrics/record-sessions.ts';
import { readRouteTraffic } from './metrics/route-traffic.ts';
import { DATABASE_HANDLES, startPlanning } from './planning/start-planning.ts';
import { trafficTable } from './reports/traffic-table.ts';
import { Shutdown } from './shutdown.ts';
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
  /** Configuration by which an MCP client reaches it, as JSON. */
  readonly mcpConfig: string;
  /** All its metrics. */
  readonly collector: MetricsCollector;
  /** Ends everything within half a second and leaves nothing behind. Further calls wait for the first. */
  stop(): Promise<void>;
}

const HEALTH_INTERVAL_MS = 5000;
const SLOW_DATABASE_MS = 400;
/** Tools that the fault `tool_crash` makes crash. */
const CRASHING_TOOLS = ['project_status', 'search_context'];
/** How long requests under way may take when the service ends. */
const GRACE_MS = 300;
/** Metrics whose changes are told to MCP clients that want to know. */
const PUBLISHED_METRICS = [ApplicationMetrics.HTTP_REQUESTS_TOTAL, ApplicationMetrics.MCP_TOOL_EXECUTIONS_TOTAL];
const PUBLISH_INTERVAL_MS = 5000;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const LINKS: readonly PageLink[] = [
  { path: '/', description: 'what there is, and the requests so far' },
  { path: '/api/projects', description: 'REST API of the planning workflow' },
  { path: '/api/events', description: 'events of all projects, as they happen (server-sent events)' },
  { path: '/live', description: 'requests by route, as text' },
  { path: '/metrics', description: 'metrics for Prometheus: text 0.0.4, or OpenMetrics by Accept' },
  { path: '/metrics.json', description: 'the same metrics as JSON' },
  { path: '/livez', description: 'whether the process answers' },
  { path: '/readyz', description: 'whether it can do its work' },
  { path: '/healthz?verbose', description: 'every health check' },
  { path: '/chaos', description: 'break a part of it on purpose, and see which alert notices' },
  { path: '/inbox', description: 'notifications of alerts, exactly as their receivers get them' },
];

/** Starts the whole service. This function is the model of how the packages are wired together. */
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
  const { host } = options;
  const clock = systemClock;

  // One collector for the process. Everything that measures gets it, everything that shows metrics reads it.
  const collector = new MetricsCollector();
  const exporter = new MetricsExporter(collector);
  const performance = new PerformanceMonitor(collector, { clock });
  const business = new BusinessMetricsCollector(collector, { clock });
  const onError = (error: unknown): void => {
    performance.recordError(error, { component: 'orchestrator', critical: true });
    options.onError(error);
  };

  // The service itself knows nothing of metrics.
  const planning = await startPlanning({ collector, performance, business, clock }, shutdown);
  const { services } = planning;

  // How the process, its container and what it needs are.
  const health = new SystemHealthMonitor(collector, HEALTH_INTERVAL_MS, { clock });
  registerPlanningChecks(health, planning);
  health.startMonitoring();
  shutdown.add(() => health.stopMonitoring());

  // What can be broken on purpose.
  const toolCrash = new ToolCrash(CRASHING_TOOLS);
  const faults = new FaultBoard(
    [
      planning.latency.fault(SLOW_DATABASE_MS),
      poolExhaustion(planning.pool, DATABASE_HANDLES),
      cacheFlush(Object.values(services.caches), clock),
      upstream429(planning.external),
      toolCrash.fault,
      eventLoopBlock(clock),
      memoryGrowth(clock),
    ],
    clock,
  );

  // There is an MCP server for each session or, in the modern era, for each request. Each is measured, and lets models
  // ask for the metrics, which counts in none of them.
  const metricSources = { gatherer: collector, health, encoder: new OpenMetricsTextEncoder() };
  const onSession = createSessionRecorder(business, clock);
  const mcp = createMcpEndpoint({
    createServer: () =>
      createPlanningMcpServer(services, (server) => {
        toolCrash.reach(exposeMetricsOverMcp(instrumentMcpServer(server, collector), metricSources));
        registerInjectFaultTool(server, faults);
      }),
    isLocal: LOOPBACK.has(host),
    onSession,
    clock,
    onError,
  });
  const updates = await publishMetricUpdates(mcp.notifier, {
    ...metricSources,
    metrics: PUBLISHED_METRICS,
    intervalMs: PUBLISH_INTERVAL_MS,
  });
  shutdown.add(() => updates.close());

  const api = createApiRouter(services, onSession);
  const inbox = new Inbox();
  const table = (): string => trafficTable(readRouteTraffic(collector));
  let traffic: TrafficGenerator | undefined;

  const app = express().disable('x-powered-by');
  // Scrapes, probes and the pages about them come first: they are no traffic of the service, so its metrics leave them out.
  app.all('/metrics', exporter.createPrometheusEndpoint());
  app.all('/metrics.json', exporter.createMetricsApiEndpoint());
  app.use(createHealthRouter(health));
  app.use('/chaos', createChaosRouter(faults));
  app.use('/inbox', createInboxRouter(inbox, clock));
  app.get('/live', (_req, res) => void res.type('text').set('Cache-Control', 'no-store').send(`${table()}\n`));
  app.get('/', (_req, res) => {
    const content = { links: LINKS, routes: listRoutes(api, '/api'), mcpConfig: mcpConfig(origin), table: table() };
    sendLandingPage(res, { ...content, traffic: describeTraffic(traffic) });
  });
  const httpMetrics = performance.httpMetricsMiddleware();
  shutdown.add(() => httpMetrics.close());
  app.use(httpMetrics);
  app.use(noteActingUser((user) => business.recordUserLogin(user)));
  app.use('/api', api);
  app.use(mcp.router);
  app.use(answerUnknownRoute);
  app.use(createErrorResponder(onError));

  const server = await HttpServer.start(app, options);
  const { origin } = server;
  shutdown.add(() => server.stop(GRACE_MS));
  shutdown.add(() => mcp.close());
  shutdown.add(() => faults.close());
  if (options.traffic !== undefined) {
    traffic = new TrafficGenerator({ ...options.traffic, origin, clock });
    shutdown.add(() => traffic?.close());
    await traffic.start();
  }
  shutdown.add(() => health.beginDraining());
  return { origin, links: LINKS, mcpConfig: mcpConfig(origin), collector, stop: () => shutdown.run() };
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
