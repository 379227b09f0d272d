/**
 * `@bduf/metrics-system-health`: health checks, and metrics of the process, its container and the machine.
 */

// The monitor of the specification and what it reports.
export { SystemHealthMonitor, type SystemHealthMonitorOptions } from './monitor/system-health-monitor.ts';
export type { HealthCheckReport } from './checks/health-check-report.ts';
export { type HealthCheckResult, HealthStatus, SystemMetrics } from '@bduf/metrics-core/interfaces';

// Checks.
export {
  type HealthCheck,
  type HealthCheckContext,
  type HealthCheckFinding,
  HealthCheckKind,
} from './checks/health-check.ts';

// System metrics, also without a monitor.
export {
  type SystemArea,
  SystemMetricsCollection,
  type SystemMetricsOptions,
} from './system/system-metrics-collection.ts';
export type { FileSystemSpace, HostCpuTime, SystemReadings } from './system/readings/system-readings.ts';

// Checks that are ready to use.
export {
  httpCheck,
  type HealthCheckSettings,
  poolCheck,
  type PoolUse,
  tcpCheck,
} from './ready-made/dependency-checks.ts';
export {
  diskSpaceCheck,
  eventLoopCheck,
  memoryCheck,
  type ResourceCheckSettings,
} from './ready-made/resource-checks.ts';

// Endpoints and the end of the process.
export { createHealthRouter, type HealthRouterOptions } from './http/health-router.ts';
export { GracefulShutdown, type GracefulShutdownOptions } from './shutdown/graceful-shutdown.ts';
