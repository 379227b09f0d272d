/**
 * `@bduf/metrics-core`: define, record and read metrics.
 *
 * The contracts are at `@bduf/metrics-core/interfaces`, shared pieces at `@bduf/metrics-core/primitives`. Names that a
 * program with only this import needs are repeated here.
 */

// The collector.
export { MetricsCollector } from './collector/metrics-collector.ts';
export type { MetricsCollectorOptions } from './collector/metrics-collector-options.ts';

export type { CollectorInspection } from './collector/collector-inspection.ts';
export type { MetricInspection } from './metrics/metric-inspection.ts';
export { defaultCollector } from './collector/default-collector.ts';

// Ways to record: labels from the surroundings, decorators.
export { runWithLabels } from './labels/label-scope.ts';
export { counted, type DecoratedMethod, timed } from './metrics/decorators.ts';

// Layers over a collector.
export { withPrefix } from './layers/with-prefix.ts';
export { type MetricView, withViews } from './layers/with-views.ts';
export type { MetricTarget } from './layers/registerer-layer.ts';

// Standalone pieces, outside any collector.
export { CustomHistogram, type HistogramData } from './standalone/custom-histogram.ts';
export { RollingCounter, type RollingCounterOptions } from './standalone/rolling-counter.ts';

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
