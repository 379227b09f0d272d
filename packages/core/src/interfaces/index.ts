/**
 * `@bduf/metrics-core/interfaces`: the contracts between packages. Types, constant and definition tables, the error
 * class; no behaviour. Whatever is exported here is public API of every package.
 */

// What a metric is.
export { MetricType } from './metric-type.ts';
export { MetricFormat } from './metric-format.ts';
export { GaugeAggregation } from './gauge-aggregation.ts';
export {
  type ExemplarLabels,
  type LabelSchema,
  type LabelSet,
  type LabelSpec,
  type LabelValue,
  type LabelValueOf,
  type LabelsOf,
  type NoLabels,
  ReservedLabelValue,
  type ScopeNames,
} from './label-set.ts';
export type {
  CollectedDefinition,
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  InfoDefinition,
  MetricDefinition,
  MetricDefinitionBase,
  NativeHistogramOptions,
  SampledDefinition,
  StateSetDefinition,
  SummaryDefinition,
} from './metric-definition.ts';

// Writing: definitions, instruments, recording by name.
export type { CollectCallback, CollectReport } from './collect-callback.ts';
export type { Registerer } from './registerer.ts';
export type { MetricRecorder } from './metric-recorder.ts';
export type {
  BoundCounter,
  BoundGauge,
  BoundObserver,
  Counter,
  Gauge,
  Histogram,
  Info,
  Metric,
  MetricValue,
  Observer,
  StateSet,
  Summary,
} from './instruments.ts';
export type { AmountArgs, SeriesArgs, TrackArgs, TrackLabels, ValueArgs } from './record-args.ts';
export type { Timer } from './timer.ts';

// Reading: the columnar read-out and what renders it.
export type { GatherOptions, Gatherer } from './gatherer.ts';
export type { Exemplar, FamilyBlock, FamilyType, MetricFamily, NativeHistogramBlock } from './metric-family.ts';
export type { EncodeContext, EncoderRegistry, MetricEncoder } from './metric-encoder.ts';

// The world around: time, HTTP, health, errors.
export type { Clock, ClockTimer } from './clock.ts';
export type { HttpHandler } from './http-handler.ts';
export { type HealthCheckResult, type HealthSource, HealthStatus } from './health-source.ts';
export { MetricsError, MetricsErrorCode } from './metrics-error.ts';

// The metrics that the packages record, one table for each area.
export { ApplicationMetricDefinitions, ApplicationMetrics } from './definitions/application-metrics.ts';
export { BusinessMetricDefinitions, BusinessMetrics } from './definitions/business-metrics.ts';
export { SystemMetricDefinitions, SystemMetrics } from './definitions/system-metrics.ts';
export type { NamesOf } from './definitions/names-of.ts';
