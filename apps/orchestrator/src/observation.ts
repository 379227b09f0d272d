import { type AlertManager, createAlertsRouter } from '@bduf/metrics-alerting';
import { MetricsHistory } from '@bduf/metrics-aggregation';
import type { MetricsCollector } from '@bduf/metrics-core';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { metricsDashboard } from '@bduf/metrics-dashboard';
import { MetricsExporter } from '@bduf/metrics-exporters';
import { createHealthRouter, type SystemHealthMonitor } from '@bduf/metrics-system-health';
import { Router } from 'express';
import { startAlerting } from './alerts/start-alerting.ts';
import type { PageLink } from './http/landing-page.ts';
import { createInboxRouter } from './inbox/inbox-router.ts';
import { Inbox } from './inbox/inbox.ts';
import { startReceivers } from './inbox/receivers.ts';
import type { Shutdown } from './shutdown.ts';

/** Options of {@link startObservation}. */
export interface ObservationOptions {
  /** All that is measured. */
  readonly collector: MetricsCollector;
  readonly health: SystemHealthMonitor;
  /** Folder in which alerts survive the process; undefined for none. */
  readonly stateFolder: string | undefined;
  readonly clock: Clock;
  /** Told of errors that no client is told of. */
  readonly onError: (error: unknown) => void;
}

/** What watches the service. */
export interface Observation {
  /** Pages and endpoints about the metrics. */
  readonly router: Router;
  /** Sends the metrics anywhere. */
  readonly exporter: MetricsExporter;
  /** What was measured in the last hours. */
  readonly history: MetricsHistory;
  /** What is wrong with it. */
  readonly alerts: AlertManager;
}

/** The pages and endpoints of {@link Observation.router}. */
export const OBSERVATION_LINKS: readonly PageLink[] = [
  { path: '/dashboard/', description: 'live dashboard' },
  { path: '/metrics', description: 'metrics for Prometheus: text 0.0.4, or OpenMetrics by Accept' },
  { path: '/metrics.json', description: 'the same metrics as JSON' },
  { path: '/livez', description: 'whether the process answers' },
  { path: '/readyz', description: 'whether it can do its work' },
  { path: '/healthz?verbose', description: 'every health check' },
  { path: '/alerts', description: 'alerts, rules, silences and deliveries as JSON' },
  { path: '/inbox', description: 'notifications of alerts, exactly as their receivers get them' },
];

const HISTORY_INTERVAL_MS = 1000;
const HISTORY_BYTES = 32 * 1024 * 1024;

/** Starts what watches: the model of how to show, keep and judge what was measured. */
export async function startObservation(options: ObservationOptions, shutdown: Shutdown): Promise<Observation> {
  const { collector, health, clock } = options;
  const exporter = new MetricsExporter(collector);

  const history = new MetricsHistory(collector, {
    track: 'all',
    intervalMs: HISTORY_INTERVAL_MS,
    maxBytes: HISTORY_BYTES,
    clock,
  });
  history.start();
  shutdown.add(() => history.close());

  const inbox = new Inbox();
  const receivers = await startReceivers(inbox, clock);
  shutdown.add(() => receivers.stop());
  const alerts = await startAlerting({ ...options, history, receivers }, shutdown);

  const dashboard = metricsDashboard({
    collector,
    history,
    alerts,
    alertControl: alerts,
    health,
    title: 'BDUF Orchestrator',
    clock,
  });
  shutdown.add(() => dashboard.close());

  const router = Router();
  router.all('/metrics', exporter.createPrometheusEndpoint());
  router.all('/metrics.json', exporter.createMetricsApiEndpoint());
  router.use('/dashboard', dashboard);
  router.use('/alerts', createAlertsRouter({ alerts, control: alerts, clock }));
  router.use(createHealthRouter(health));
  router.use('/inbox', createInboxRouter(inbox));
  return { router, exporter, history, alerts };
}
