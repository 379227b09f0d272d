import type { Counter, Gauge, Histogram, Info, Metric, StateSet, Summary } from './instruments.ts';
import type { LabelSchema, LabelsOf } from './label-set.ts';
import type {
  CounterDefinition,
  GaugeDefinition,
  HistogramDefinition,
  InfoDefinition,
  MetricDefinition,
  StateSetDefinition,
  SummaryDefinition,
} from './metric-definition.ts';

/**
 * The half of a collector that defines metrics.
 *
 * Defining the same name again with the same shape (type, labels, unit, buckets, quantiles, states) returns the metric
 * that exists; another shape throws `METRICS_ERR_DEFINITION_CONFLICT`. A name that another metric already uses for a
 * derived sample (`x` as histogram against a counter `x_count`) conflicts too. An invalid definition throws
 * `METRICS_ERR_DEFINITION_INVALID`; both name the offending value and the remedy.
 */
export interface Registerer {
  /** Defines a metric of any type, for recording by name. */
  registerMetric(definition: MetricDefinition): void;
  /** Forgets a metric and all its series; instruments that are still held record into nothing. Unknown names are ignored. */
  unregisterMetric(name: string): void;
  /** The metric of that name, if defined. */
  getMetric(name: string): Metric | undefined;
  /** Defines a counter. */
  counter<const Schema extends LabelSchema = readonly []>(
    definition: CounterDefinition<Schema>,
  ): Counter<LabelsOf<Schema>>;
  /** Defines a gauge. */
  gauge<const Schema extends LabelSchema = readonly []>(definition: GaugeDefinition<Schema>): Gauge<LabelsOf<Schema>>;
  /** Defines a histogram. */
  histogram<const Schema extends LabelSchema = readonly []>(
    definition: HistogramDefinition<Schema>,
  ): Histogram<LabelsOf<Schema>>;
  /** Defines a summary. */
  summary<const Schema extends LabelSchema = readonly []>(
    definition: SummaryDefinition<Schema>,
  ): Summary<LabelsOf<Schema>>;
  /** Defines an info metric. */
  info<const Schema extends LabelSchema = readonly []>(definition: InfoDefinition<Schema>): Info<LabelsOf<Schema>>;
  /** Defines a state set. */
  stateSet<const State extends string, const Schema extends LabelSchema = readonly []>(
    definition: StateSetDefinition<State, Schema>,
  ): StateSet<State, LabelsOf<Schema>>;
}
