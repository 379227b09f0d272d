import type {
  Clock,
  Counter,
  CounterDefinition,
  Gauge,
  GaugeDefinition,
  Histogram,
  HistogramDefinition,
  LabelSchema,
  LabelsOf,
  Registerer,
} from '@bduf/metrics-core/interfaces';
import type { SystemReadings } from './readings/system-readings.ts';

/** What all collectors of system metrics get. */
export interface SystemContext {
  readonly metrics: OwnMetrics;
  readonly readings: SystemReadings;
  readonly clock: Clock;
  /** Told what went wrong outside of any call. */
  readonly onError: (error: unknown) => void;
}

/** Defines the metrics of one area; returns what ends observation, where something goes on between read-outs. */
export type SystemCollector = (context: SystemContext) => (() => void) | undefined;

/** Defines metrics, and forgets exactly those again. */
export class OwnMetrics {
  readonly #metrics: Registerer;
  readonly #names = new Set<string>();

  constructor(metrics: Registerer) {
    this.#metrics = metrics;
  }

  gauge<const Schema extends LabelSchema = readonly []>(definition: GaugeDefinition<Schema>): Gauge<LabelsOf<Schema>> {
    this.#names.add(definition.name);
    return this.#metrics.gauge(definition);
  }

  counter<const Schema extends LabelSchema = readonly []>(
    definition: CounterDefinition<Schema>,
  ): Counter<LabelsOf<Schema>> {
    this.#names.add(definition.name);
    return this.#metrics.counter(definition);
  }

  histogram<const Schema extends LabelSchema = readonly []>(
    definition: HistogramDefinition<Schema>,
  ): Histogram<LabelsOf<Schema>> {
    this.#names.add(definition.name);
    return this.#metrics.histogram(definition);
  }

  unregister(): void {
    for (const name of this.#names) this.#metrics.unregisterMetric(name);
    this.#names.clear();
  }
}
