/**
 * `@bduf/metrics-dashboard`: a page to look at metrics, and the data behind it.
 */

// The page, to mount.
export { type MountedDashboard, metricsDashboard } from './server/metrics-dashboard-handler.ts';
export type { DashboardAuth, MetricsDashboardOptions } from './server/dashboard-options.ts';

// The data behind it, for code.
export { type HistoryHolder, MetricsDashboard, type MetricsDashboardSources } from './data/metrics-dashboard.ts';
export type { StreamMetricsOptions } from './data/run-stream.ts';
export type {
  AlertStatusData,
  BusinessMetricsData,
  Figure,
  Json,
  MetricsSnapshot,
  PerformanceMetricsData,
  PerformanceRow,
  SystemOverviewData,
  Totals,
} from './data/dashboard-data.ts';
