import { ApplicationMetricDefinitions } from './application-metrics.ts';
import { namesOf, type NamesOf } from './names-of.ts';

/** Definitions of the metrics of the machine and the process. */
export const SystemMetricDefinitions = {
  CPU_USAGE_PERCENT: {
    name: 'cpu_usage_percent',
    type: 'gauge',
    description: 'CPU time in use, against the limit of the scope.',
    unit: 'percent',
    labels: { scope: ['host', 'container', 'process'] },
  },
  MEMORY_USAGE_BYTES: {
    name: 'memory_usage_bytes',
    type: 'gauge',
    description: 'Memory in use.',
    unit: 'bytes',
    labels: { scope: ['host', 'container', 'process'] },
  },
  MEMORY_USAGE_PERCENT: {
    name: 'memory_usage_percent',
    type: 'gauge',
    description: 'Memory in use, against the limit of the scope.',
    unit: 'percent',
    labels: { scope: ['host', 'container', 'process'] },
  },
  DISK_USAGE_BYTES: {
    name: 'disk_usage_bytes',
    type: 'gauge',
    description: 'Space in use on a file system.',
    unit: 'bytes',
    labels: { mount: 'string' },
  },
  DISK_USAGE_PERCENT: {
    name: 'disk_usage_percent',
    type: 'gauge',
    description: 'Space in use on a file system, against its size.',
    unit: 'percent',
    labels: { mount: 'string' },
  },
  NETWORK_BYTES_SENT: {
    name: 'network_bytes_sent_total',
    type: 'counter',
    description: 'Bytes sent through a network interface.',
    labels: { interface: 'string' },
  },
  NETWORK_BYTES_RECEIVED: {
    name: 'network_bytes_received_total',
    type: 'counter',
    description: 'Bytes received through a network interface.',
    labels: { interface: 'string' },
  },
  NETWORK_CONNECTIONS_ACTIVE: {
    name: 'network_connections_active',
    type: 'gauge',
    description: 'Open network connections of the host.',
    labels: { protocol: 'string' },
  },
  PROCESS_UPTIME_SECONDS: {
    name: 'process_uptime_seconds',
    type: 'gauge',
    description: 'Time since the process started.',
    unit: 'seconds',
  },
  PROCESS_RESTART_COUNT: {
    name: 'process_restart_count_total',
    type: 'counter',
    description: 'Restarts of the process, as far as its state directory remembers.',
  },
  PROCESS_CPU_TIME: {
    name: 'process_cpu_time_seconds',
    type: 'counter',
    description: 'CPU time the process used.',
    unit: 'seconds',
    labels: { mode: ['user', 'system'] },
  },
  HEALTH_CHECK_STATUS: {
    name: 'health_check_status',
    type: 'gauge',
    description: 'Last result of a health check: 1 healthy, 0.5 degraded, 0 unhealthy.',
    labels: { check: 'string' },
  },
  HEALTH_CHECK_DURATION: {
    name: 'health_check_duration_seconds',
    type: 'histogram',
    description: 'Time a health check took.',
    unit: 'seconds',
    labels: { check: 'string' },
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
  },
  COMPONENT_AVAILABILITY: {
    name: 'component_availability',
    type: 'gauge',
    description: 'Share of healthy results of a check in the last hour.',
    labels: { check: 'string' },
  },
} as const;

/** Names of the system metrics; `DATABASE_CONNECTIONS_ACTIVE` is an alias of the application metric. */
export const SystemMetrics: NamesOf<typeof SystemMetricDefinitions> &
  Pick<NamesOf<typeof ApplicationMetricDefinitions>, 'DATABASE_CONNECTIONS_ACTIVE'> = Object.freeze({
  ...namesOf(SystemMetricDefinitions),
  DATABASE_CONNECTIONS_ACTIVE: ApplicationMetricDefinitions.DATABASE_CONNECTIONS_ACTIVE.name,
});
