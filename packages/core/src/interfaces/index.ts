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

// The past: questions about metrics, and who answers them.
export type { LabelMatcher } from './label-matcher.ts';
export type { TimeGranularity, TimeRange } from './time-range.ts';
export {
  type AggregateExpression,
  AggregateOperator,
  type BinaryExpression,
  type HistogramExpression,
  HistogramFunction,
  type NumberExpression,
  type QueryExpression,
  type SelectExpression,
  type SeriesSelector,
  type WindowExpression,
  WindowFunction,
} from './query-expression.ts';
export {
  type AnsweredSeries,
  type HistoryAnswer,
  HistoryGap,
  type HistoryQuery,
  type HistorySource,
  type LocalHistorySource,
  QuerySemantics,
} from './history-source.ts';
export type { MetricObservation, SampleCells, SampleReader, SampledSeries } from './sampled-series.ts';

// Alerts: reading them, acting on them, telling people.
export { Severity } from './severity.ts';
export {
  type ActiveAlert,
  type ActiveAlertFilter,
  type AlertControl,
  type AlertEvaluation,
  type AlertEvent,
  AlertEventType,
  type AlertRuleHealth,
  type AlertSource,
  AlertState,
  type ChannelHealth,
  type DeadLetter,
  type DeliveryRecord,
  type Silence,
  type SilenceRequest,
} from './alerts.ts';
export type {
  DeliveryResult,
  Notification,
  NotificationChannel,
  NotificationService,
  NotifiedAlert,
} from './notification.ts';

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
