/**
 * `@bduf/metrics-dashboard/schema`: zod schemas of everything that `MetricsDashboard` answers.
 */
import { z } from 'zod';
import type {
  AlertStatusData,
  BusinessMetricsData,
  Figure,
  MetricsSnapshot,
  PerformanceMetricsData,
  PerformanceRow,
  SystemOverviewData,
  Totals,
} from './data/dashboard-data.ts';

const severity = z.enum(['info', 'warning', 'error', 'critical']);
const labels = z.record(z.string(), z.string());
const moment = z.iso.datetime();
const coverage = z.number().min(0).max(1);
const firing = z.object({ info: z.number(), warning: z.number(), error: z.number(), critical: z.number() });

/** One number with its unit and window. */
export const figureSchema: z.ZodType<Figure> = z.object({
  value: z.number().nullable(),
  unit: z.enum(['ratio', 'seconds', 'bytes', 'percent', 'per_second', 'count']),
  windowSeconds: z.number().min(0).nullable(),
});

const healthCheck = z.object({
  name: z.string(),
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  message: z.string().exactOptional(),
  duration: z.number(),
  timestamp: moment,
});

/** Answer of `getSystemOverview`. */
export const systemOverviewSchema: z.ZodType<SystemOverviewData> = z.object({
  asOf: moment,
  status: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
  uptime: figureSchema,
  cpu: figureSchema,
  memory: figureSchema,
  eventLoopDelayP99: figureSchema,
  requestRate: figureSchema,
  errorRatio: figureSchema,
  latencyP95: figureSchema,
  toolCallRate: figureSchema,
  firingAlerts: firing.nullable(),
  health: z.array(healthCheck).nullable(),
  coverage,
});

const performanceRow: z.ZodType<PerformanceRow> = z.object({
  name: z.string(),
  rate: figureSchema,
  errorRatio: figureSchema,
  p50: figureSchema,
  p95: figureSchema,
  p99: figureSchema,
  apdex: figureSchema,
});

/** Answer of `getPerformanceMetrics`. */
export const performanceMetricsSchema: z.ZodType<PerformanceMetricsData> = z.object({
  asOf: moment,
  routes: z.array(performanceRow),
  tools: z.array(performanceRow),
  queries: z.array(performanceRow),
  cacheHitRatio: z.record(z.string(), figureSchema),
  poolSaturation: z.record(z.string(), figureSchema),
  coverage,
});

const totals: z.ZodType<Totals> = z.object({ total: figureSchema, recent: figureSchema });

/** Answer of `getBusinessMetrics`. */
export const businessMetricsSchema: z.ZodType<BusinessMetricsData> = z.object({
  asOf: moment,
  projectsCreated: totals,
  projectsCompleted: totals,
  tasksCreated: totals,
  tasksCompleted: totals,
  taskCompletionRatio: figureSchema,
  estimationAccuracy: figureSchema,
  activeUsers: z.record(z.string(), figureSchema),
  coverage,
});

const activeAlert = z.object({
  id: z.string(),
  ruleName: z.string(),
  labels,
  annotations: labels,
  severity,
  state: z.enum(['pending', 'firing']),
  value: z.number(),
  threshold: z.number(),
  activeAt: moment,
  firedAt: moment.exactOptional(),
  lastEvaluatedAt: moment,
  keepFiringSince: moment.exactOptional(),
  reason: z.string().exactOptional(),
  silencedBy: z.array(z.string()),
  inhibitedBy: z.array(z.string()),
  acknowledgedBy: z.string().exactOptional(),
  notifiedAt: moment.exactOptional(),
  runbookUrl: z.string().exactOptional(),
});

const alertEvent = z.object({
  seq: z.number(),
  at: moment,
  type: z.enum([
    'pending',
    'firing',
    'resolved',
    'cancelled',
    'recovering',
    'severity',
    'no_data',
    'error',
    'silenced',
    'inhibited',
    'acked',
    'notified',
    'delivery_failed',
    'dead_letter',
    'rule_added',
    'rule_removed',
    'clock_jump',
  ]),
  id: z.string(),
  ruleName: z.string(),
  labels,
  severity: severity.exactOptional(),
  value: z.number().exactOptional(),
  reason: z.string().exactOptional(),
  durationMs: z.number().exactOptional(),
  channel: z.string().exactOptional(),
});

const evaluation = z.object({
  at: moment,
  series: z.number(),
  breaching: z.number(),
  worst: z.number().nullable(),
  reason: z.string().exactOptional(),
});

const ruleHealth = z.object({
  ruleName: z.string(),
  explanation: z.string(),
  promQl: z.string().exactOptional(),
  severity,
  status: z.enum(['ok', 'err', 'no_series', 'unknown']),
  warnings: z.array(z.string()),
  lastError: z.string().exactOptional(),
  lastEvaluatedAt: moment.exactOptional(),
  lastDurationMs: z.number().exactOptional(),
  evaluations: z.array(evaluation),
});

const channelHealth = z.object({
  channel: z.string(),
  undelivered: z.number(),
  oldestUndeliveredMs: z.number().nullable(),
  circuitOpen: z.boolean(),
  consecutiveFailures: z.number(),
  lastDeliveredAt: moment.exactOptional(),
  lastError: z.string().exactOptional(),
});

/** Answer of `getAlertStatus`. */
export const alertStatusSchema: z.ZodType<AlertStatusData> = z.object({
  asOf: moment,
  isConnected: z.boolean(),
  firing,
  pending: z.number(),
  active: z.array(activeAlert),
  history: z.array(alertEvent),
  rules: z.array(ruleHealth),
  channels: z.array(channelHealth),
  deadLetters: z.number(),
});

/** A frame of `streamMetrics`. */
export const metricsSnapshotSchema: z.ZodType<MetricsSnapshot> = z.object({
  seq: z.number().int().min(1),
  skipped: z.number().int().min(0),
  asOf: moment,
  overview: systemOverviewSchema,
  performance: performanceMetricsSchema,
  business: businessMetricsSchema,
  alerts: alertStatusSchema,
});
