/**
 * `@bduf/metrics-dashboard`: a page to look at metrics, and the data behind it.
 */

// The page, to mount.
export { type MountedDashboard, metricsDashboard } from './server/metrics-dashboard-handler.ts';
export type { DashboardAuth, MetricsDashboardOptions } from './server/dashboard-options.ts';
