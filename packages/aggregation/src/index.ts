/**
 * `@bduf/metrics-aggregation`: the past of metrics in memory, and functions over it.
 */

// The history.
export { MetricsHistory } from './history/metrics-history.ts';
export type { MetricDescription, MetricsHistoryStatus } from './history/history-status.ts';
export type { HistoryTierOptions, MetricsHistoryOptions } from './history/history-options.ts';

// Answers by time, by labels, as percentiles and trends.
export { MetricsAggregator, type MetricsAggregatorOptions } from './aggregation/metrics-aggregator.ts';
export type {
  AggregateByLabelsOptions,
  AggregateByTimeOptions,
  AggregatedMetric,
  BucketFill,
  CoveredValue,
  DetailedPercentile,
  PercentileMethod,
  PercentileOptions,
  SeriesFilter,
  SeriesOperator,
  TrendOptions,
} from './aggregation/aggregated-metric.ts';
export type { TrendAnalysis } from './aggregation/trend-analysis.ts';
