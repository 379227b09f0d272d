import type { MetricsCollector } from '@bduf/metrics-core';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { metricsDashboard } from '@bduf/metrics-dashboard';
import { MetricsExporter } from '@bduf/metrics-exporters';
import { createHealthRouter, type SystemHealthMonitor } from '@bduf/metrics-system-health';
import { Router } from 'express';
import type { PageLink } from './http/landing-page.ts';
import { createInboxRouter } from './inbox/inbox-router.ts';
import { Inbox } from './inbox/inbox.ts';
import type { Shutdown } from './shutdown.ts';

/** Options of {@link startObservation}. */
export interface ObservationOptions {
  /** All that is measured. */
  readonly collector: MetricsCollector;
  readonly health: SystemHealthMonitor;
  readonly clock: Clock;
}

/** What watches the service. */
export interface Observation {
  /** Pages and endpoints about the metrics. */
  readonly router: Router;
  /** Sends the metrics anywhere. */
  readonly exporter: MetricsExporter;
}

/** The pages and endpoints of {@link Observation.router}. */
export const OBSERVATION_LINKS: readonly PageLink[] = [
  { path: '/dashboard/', description: 'live dashboard' },
  { path: '/metrics', description: 'metrics for Prometheus: text 0.0.4, or OpenMetrics by Accept' },
  { path: '/metrics.json', description: 'the same metrics as JSON' },
  { path: '/livez', description: 'whether the process answers' },
  { path: '/readyz', description: 'whether it can do its work' },
  { path: '/healthz?verbose', description: 'every health check' },
  { path: '/inbox', description: 'notifications of alerts, exactly as their receivers get them' },
];

/** Starts what watches: the model of how to show, keep and judge what was measured. */
export function startObservation({ collector, health, clock }: ObservationOptions, shutdown: Shutdown): Observation {
  const exporter = new MetricsExporter(collector);
  const dashboard = metricsDashboard({ collector, health, title: 'BDUF Orchestrator', clock });
  shutdown.add(() => dashboard.close());

  const router = Router();
  router.all('/metrics', exporter.createPrometheusEndpoint());
  router.all('/metrics.json', exporter.createMetricsApiEndpoint());
  router.use('/dashboard', dashboard);
  router.use(createHealthRouter(health));
  router.use('/inbox', createInboxRouter(new Inbox(), clock));
  return { router, exporter };
}
