/**
 * `@bduf/metrics-business`: what a planning service did, as metrics; and a way to define business metrics of your own.
 */

// The metrics of the specification.
export {
  type AnalysisOperation,
  type BusinessEvent,
  BusinessMetricsCollector,
  type BusinessMetricsOptions,
  type ExternalApiCall,
  type ExternalService,
} from './business-metrics-collector.ts';
export { ComplexityLevel, ProjectStatus, TaskStatus } from './planning-terms.ts';
export { BusinessMetrics } from '@bduf/metrics-core/interfaces';

// Your own.
export {
  type BusinessMetricDefinition,
  defineBusinessMetrics,
  type InstrumentOf,
  type InstrumentsOf,
  type LabelsIn,
} from './define-business-metrics.ts';
