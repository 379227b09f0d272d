/**
 * `@bduf/metrics-core`: define, record and read metrics.
 *
 * The contracts are at `@bduf/metrics-core/interfaces`, shared pieces at `@bduf/metrics-core/primitives`. Names that a
 * program with only this import needs are repeated here.
 */

// The collector.
export { MetricsCollector } from './collector/metrics-collector.ts';
export type { MetricsCollectorOptions } from './collector/metrics-collector-options.ts';

// What definitions and errors are written with.
export { MetricFormat, MetricType, MetricsError, MetricsErrorCode } from './interfaces/index.ts';
export type {
  Counter,
  Gauge,
  Histogram,
  Info,
  LabelSet,
  Metric,
  MetricDefinition,
  MetricValue,
  StateSet,
  Summary,
  Timer,
} from './interfaces/index.ts';

// The definitions that the packages record.
export { ApplicationMetrics, BusinessMetrics, SystemMetrics } from './interfaces/index.ts';
