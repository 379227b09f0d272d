import type {
  AlertSource,
  Clock,
  HealthCheckResult,
  HealthSource,
  HistorySource,
  Severity,
} from '@bduf/metrics-core/interfaces';
import { query, systemClock } from '@bduf/metrics-core/primitives';
import { readAlertStatus } from './alert-status.ts';
import type {
  AlertStatusData,
  BusinessMetricsData,
  Figure,
  MetricsSnapshot,
  PerformanceMetricsData,
  SystemOverviewData,
  Totals,
} from './dashboard-data.ts';
import { jsonOf } from './json-of.ts';
import { PerformanceQuestions } from './performance-rows.ts';
import { QueryBatch } from './query-batch.ts';
import { runStream, type StreamMetricsOptions } from './run-stream.ts';

/** A history, or something that has one, such as an aggregator. */
export type HistoryHolder = HistorySource | { readonly history: HistorySource };

/** What a {@link MetricsDashboard} reads beside the history. */
export interface MetricsDashboardSources {
  /** Alerts; without them their numbers are unknown. */
  readonly alerts?: AlertSource;
  /** Health checks. */
  readonly health?: HealthSource;
  /** Seconds that rates and quantiles are about, above 0. Default: 300. */
  readonly windowSeconds?: number;
  /** Default: the system's clock. */
  readonly clock?: Clock;
}

/** The history of a holder. */
function historyOf(holder: HistoryHolder): HistorySource {
  return 'read' in holder ? holder : holder.history;
}

/**
 * The data of a dashboard, as typed objects that are ready for JSON. Each answer has one `asOf`; each number has a unit and a
 * window, and is `null` when nobody knows it. Zod schemas of all answers are at `@bduf/metrics-dashboard/schema`.
 */
export class MetricsDashboard {
  readonly #history: HistorySource;
  readonly #sources: MetricsDashboardSources;
  readonly #clock: Clock;
  readonly #windowSeconds: number;

  constructor(aggregator: HistoryHolder, sources: MetricsDashboardSources = {}) {
    this.#history = historyOf(aggregator);
    this.#sources = sources;
    this.#clock = sources.clock ?? systemClock;
    this.#windowSeconds = sources.windowSeconds ?? 300;
  }

  /** What the service as a whole is doing. Rejects when the history cannot be read. */
  getSystemOverview(): Promise<SystemOverviewData> {
    return this.#overview(this.#clock.now());
  }

  /** Rate, errors and duration of routes, tools and queries. Rejects when the history cannot be read. */
  getPerformanceMetrics(): Promise<PerformanceMetricsData> {
    return this.#performance(this.#clock.now());
  }

  /** Whether the work gets done. Rejects when the history cannot be read. */
  getBusinessMetrics(): Promise<BusinessMetricsData> {
    return this.#business(this.#clock.now());
  }

  /** Alerts and what became of their notifications. */
  getAlertStatus(): Promise<AlertStatusData> {
    return Promise.resolve(readAlertStatus(this.#sources.alerts, this.#clock.now()));
  }

  /**
   * Gives a frame at once and then at each interval, until it is aborted. Calls never overlap: while the callback is busy, frames
   * are left out and counted, and the next one is new. What the callback throws, or a history that cannot be read, ends
   * nothing; the frame is lost.
   *
   * @returns Resolves when aborted; never rejects.
   */
  streamMetrics(
    callback: (data: MetricsSnapshot) => void | Promise<void>,
    options: StreamMetricsOptions = {},
  ): Promise<void> {
    return runStream((seq, skipped) => this.#snapshot(seq, skipped), callback, { clock: this.#clock, ...options });
  }

  async #snapshot(seq: number, skipped: number): Promise<MetricsSnapshot> {
    const atMs = this.#clock.now();
    const [overview, performance, business] = await Promise.all([
      this.#overview(atMs),
      this.#performance(atMs),
      this.#business(atMs),
    ]);
    const alerts = readAlertStatus(this.#sources.alerts, atMs);
    return { seq, skipped, asOf: overview.asOf, overview, performance, business, alerts };
  }

  async #overview(atMs: number): Promise<SystemOverviewData> {
    const window = this.#windowSeconds * 1000;
    const batch = new QueryBatch();
    const requests = query('http_requests_total').rate(window).sum();
    const failures = query('http_requests_total')
      .where({ status_code: { matches: '5..' } })
      .rate(window)
      .sum();
    const uptime = batch.add(query('process_uptime_seconds').maxBy());
    const cpu = batch.add(query('cpu_usage_percent').where({ scope: 'process' }).maxBy());
    const memory = batch.add(query('memory_usage_percent').maxBy());
    const delay = batch.add(query('event_loop_delay_seconds').rate(window).sum().quantile(0.99));
    const rate = batch.add(requests);
    const errors = batch.add(failures.dividedBy(requests, { missing: 0 }));
    const p95 = batch.add(query('http_request_duration_seconds').rate(window).sum().quantile(0.95));
    const tools = batch.add(query('mcp_tool_executions_total').rate(window).sum());
    const [checks] = await Promise.all([this.#sources.health?.runHealthChecks(), batch.read(this.#history, atMs)]);
    const recent = this.#windowSeconds;
    const { alerts } = this.#sources;
    const firingAlerts = alerts === undefined ? null : readAlertStatus(alerts, atMs).firing;
    return {
      asOf: new Date(atMs).toISOString(),
      status: statusOf(checks, firingAlerts),
      uptime: batch.figure(uptime, 'seconds', 0),
      cpu: batch.figure(cpu, 'percent', 0),
      memory: batch.figure(memory, 'percent', 0),
      eventLoopDelayP99: batch.figure(delay, 'seconds', recent),
      requestRate: batch.figure(rate, 'per_second', recent),
      errorRatio: batch.figure(errors, 'ratio', recent),
      latencyP95: batch.figure(p95, 'seconds', recent),
      toolCallRate: batch.figure(tools, 'per_second', recent),
      firingAlerts,
      health: checks === undefined ? null : jsonOf(checks),
      coverage: batch.coverage,
    };
  }

  async #performance(atMs: number): Promise<PerformanceMetricsData> {
    const recent = this.#windowSeconds;
    const batch = new QueryBatch();
    const routes = new PerformanceQuestions(
      batch,
      {
        total: 'http_requests_total',
        label: 'route',
        failure: { status_code: { matches: '5..' } },
        duration: 'http_request_duration_seconds',
      },
      recent,
    );
    const tools = new PerformanceQuestions(
      batch,
      {
        total: 'mcp_tool_executions_total',
        label: 'tool',
        failure: { outcome: 'error' },
        duration: 'mcp_tool_duration_seconds',
      },
      recent,
    );
    const queries = new PerformanceQuestions(
      batch,
      {
        total: 'database_queries_total',
        label: 'operation',
        failure: { outcome: 'error' },
        duration: 'database_query_duration_seconds',
      },
      recent,
    );
    const gets = query('cache_operations_total').where({ operation: 'get' });
    // Of increases, not a mean of ratios: a cache that is asked more counts more.
    const lookups = gets
      .where({ result: ['hit', 'miss'] })
      .increase(recent * 1000)
      .sumBy('cache');
    const hits = batch.add(
      gets
        .where({ result: 'hit' })
        .increase(recent * 1000)
        .sumBy('cache')
        .dividedBy(lookups, { missing: 0 }),
    );
    const active = query('database_connections_active').sumBy('pool');
    const saturation = batch.add(active.dividedBy(active.plus(query('database_connections_idle').sumBy('pool'))));
    await batch.read(this.#history, atMs);
    return {
      asOf: new Date(atMs).toISOString(),
      routes: routes.rows(),
      tools: tools.rows(),
      queries: queries.rows(),
      cacheHitRatio: figures(batch.byLabel(hits, 'cache'), 'ratio', recent),
      poolSaturation: figures(batch.byLabel(saturation, 'pool'), 'ratio', 0),
      coverage: batch.coverage,
    };
  }

  async #business(atMs: number): Promise<BusinessMetricsData> {
    const recent = this.#windowSeconds;
    const batch = new QueryBatch();
    const totals = (metric: string): (() => Totals) => {
      const total = batch.add(query(metric).sum());
      const increase = batch.add(
        query(metric)
          .increase(recent * 1000)
          .sum(),
      );
      return () => ({ total: batch.figure(total, 'count', null), recent: batch.figure(increase, 'count', recent) });
    };
    const projectsCreated = totals('projects_created_total');
    const projectsCompleted = totals('projects_completed_total');
    const tasksCreated = totals('tasks_created_total');
    const tasksCompleted = totals('tasks_completed_total');
    const done = query('tasks_completed_total').sum().dividedBy(query('tasks_created_total').sum(), { missing: 0 });
    const ratio = batch.add(done);
    const accuracy = batch.add(
      query('task_estimation_accuracy_ratio')
        .increase(recent * 1000)
        .sum()
        .average(),
    );
    const users = batch.add(query('active_users_total').maxBy('window'));
    await batch.read(this.#history, atMs);
    return {
      asOf: new Date(atMs).toISOString(),
      projectsCreated: projectsCreated(),
      projectsCompleted: projectsCompleted(),
      tasksCreated: tasksCreated(),
      tasksCompleted: tasksCompleted(),
      taskCompletionRatio: batch.figure(ratio, 'ratio', null),
      estimationAccuracy: batch.figure(accuracy, 'ratio', recent),
      activeUsers: figures(batch.byLabel(users, 'window'), 'count', 0),
      coverage: batch.coverage,
    };
  }
}

function figures(
  values: ReadonlyMap<string, number | null>,
  unit: Figure['unit'],
  windowSeconds: number,
): Readonly<Record<string, Figure>> {
  return Object.fromEntries([...values].map(([name, value]) => [name, { value, unit, windowSeconds }]));
}

function statusOf(
  checks: readonly HealthCheckResult[] | undefined,
  firing: Readonly<Record<Severity, number>> | null,
): SystemOverviewData['status'] {
  if (checks === undefined && firing === null) return 'unknown';
  const statuses = new Set(checks?.map(({ status }) => status));
  if (statuses.has('unhealthy') || (firing?.critical ?? 0) > 0) return 'unhealthy';
  return statuses.has('degraded') || (firing?.error ?? 0) + (firing?.warning ?? 0) > 0 ? 'degraded' : 'healthy';
}
