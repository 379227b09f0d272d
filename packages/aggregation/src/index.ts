/**
 * `@bduf/metrics-aggregation`: the past of metrics in memory, and functions over it.
 */

// The history.
export { MetricsHistory } from './history/metrics-history.ts';
export type { MetricDescription, MetricsHistoryStatus } from './history/history-status.ts';
export type { HistoryTierOptions, MetricsHistoryOptions } from './history/history-options.ts';
