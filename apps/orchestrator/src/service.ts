import { BusinessMetricsCollector } from '@bduf/metrics-business';
import { ApplicationMetrics, type MetricsCollector } from '@bduf/metrics-core';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { OpenMetricsTextEncoder } from '@bduf/metrics-exporters';
import { PerformanceMonitor } from '@bduf/metrics-express';
import { instrumentMcpServer } from '@bduf/metrics-mcp';
import { exposeMetricsOverMcp, type MetricSources, publishMetricUpdates } from '@bduf/metrics-mcp/expose';
import type { SystemHealthMonitor } from '@bduf/metrics-system-health';
import { type ErrorRequestHandler, Router } from 'express';
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
import { type ListedRoute, listRoutes } from './http/listed-routes.ts';
import { createMcpEndpoint } from './mcp/mcp-endpoint.ts';
import { createPlanningMcpServer } from './mcp/planning-mcp-server.ts';
import { createSessionRecorder } from './metrics/record-sessions.ts';
import { DATABASE_HANDLES, startPlanning } from './planning/start-planning.ts';
import type { ReadingWorkers } from './reading/start-reader.ts';
import type { Shutdown } from './shutdown.ts';

/** Options of {@link startService}. */
export interface ServiceOptions {
  /** Where everything that is measured goes. */
  readonly collector: MetricsCollector;
  /** Gets the checks of the service. */
  readonly health: SystemHealthMonitor;
  /** Alerts and history, for models that ask; without them they are told that there are none. */
  readonly sources: Partial<Pick<MetricSources, 'alerts' | 'history'>>;
  /** Whether only this machine can reach it. */
  readonly isLocal: boolean;
  readonly clock: Clock;
  /** Who reads requirements. */
  readonly workers: ReadingWorkers;
  /** Told of errors that no client is told of. */
  readonly onError: (error: unknown) => void;
}

/** The planning service: everything that users come for, measured. */
export interface Service {
  /** REST API and MCP server; answers everything that nobody has answered before. */
  readonly router: Router;
  /** Routes of the REST API. */
  readonly routes: readonly ListedRoute[];
  /** Answers requests that failed. */
  readonly onFailure: ErrorRequestHandler;
  /** What can be broken on purpose. */
  readonly faults: FaultBoard;
  /** Ends all sessions. */
  close(): Promise<void>;
}

const SLOW_DATABASE_MS = 400;
/** Tools that the fault `tool_crash` makes crash. */
const CRASHING_TOOLS = ['project_status', 'search_context', 'add_requirement'];
/** Metrics whose changes are told to MCP clients that want to know. */
const PUBLISHED_METRICS = [ApplicationMetrics.HTTP_REQUESTS_TOTAL, ApplicationMetrics.MCP_TOOL_EXECUTIONS_TOTAL];
const PUBLISH_INTERVAL_MS = 5000;

/** Starts what does the work: the model of how to measure an application. */
export async function startService(options: ServiceOptions, shutdown: Shutdown): Promise<Service> {
  const { collector, health, clock, workers } = options;
  const performance = new PerformanceMonitor(collector, { clock });
  const business = new BusinessMetricsCollector(collector, { clock });
  const onError = (error: unknown): void => {
    performance.recordError(error, { component: 'orchestrator', critical: true });
    options.onError(error);
  };

  // The planning itself knows nothing of metrics.
  const planning = await startPlanning({ collector, performance, business, clock, workers }, shutdown);
  const { services } = planning;
  registerPlanningChecks(health, planning);

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
  const metricSources = { ...options.sources, gatherer: collector, health, encoder: new OpenMetricsTextEncoder() };
  const onSession = createSessionRecorder(business, clock);
  const mcp = createMcpEndpoint({
    createServer: () =>
      createPlanningMcpServer(services, (server) => {
        toolCrash.reach(exposeMetricsOverMcp(instrumentMcpServer(server, collector), metricSources));
        registerInjectFaultTool(server, faults);
      }),
    isLocal: options.isLocal,
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
  const httpMetrics = performance.httpMetricsMiddleware();
  shutdown.add(() => httpMetrics.close());
  const router = Router();
  router.use(httpMetrics);
  router.use(noteActingUser((user) => business.recordUserLogin(user)));
  router.use('/api', api);
  router.use(mcp.router);
  router.use(answerUnknownRoute);
  const close = async (): Promise<void> => {
    faults.close();
    await mcp.close();
  };
  return { router, routes: listRoutes(api, '/api'), faults, onFailure: createErrorResponder(onError), close };
}
