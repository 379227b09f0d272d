import type {
  Counter,
  Gauge,
  Histogram,
  LabelSchema,
  LabelsOf,
  MetricDefinition,
  NoLabels,
  Registerer,
  Summary,
} from '@bduf/metrics-core/interfaces';

/** A definition as a table of business metrics holds it. */
export type BusinessMetricDefinition = MetricDefinition & {
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
};

/** The label set of a definition. */
export type LabelsIn<Definition> = Definition extends { readonly labels: infer Schema extends LabelSchema }
  ? LabelsOf<Schema>
  : NoLabels;

/** The instrument that a definition makes, with its labels as types. */
export type InstrumentOf<Definition extends BusinessMetricDefinition> = Definition['type'] extends 'counter'
  ? Counter<LabelsIn<Definition>>
  : Definition['type'] extends 'gauge'
    ? Gauge<LabelsIn<Definition>>
    : Definition['type'] extends 'histogram'
      ? Histogram<LabelsIn<Definition>>
      : Summary<LabelsIn<Definition>>;

/** The instruments of a table of definitions, by the same keys. */
export type InstrumentsOf<Table extends Readonly<Record<string, BusinessMetricDefinition>>> = {
  readonly [Key in keyof Table]: InstrumentOf<Table[Key]>;
};

/**
 * Defines business metrics of your own: a table of definitions in, typed instruments out. They are metrics like all
 * others and appear wherever those do.
 *
 * @param metrics - Usually a `MetricsCollector`.
 * @param table - Definitions by keys of your choice.
 * @throws MetricsError as `Registerer` says.
 */
export function defineBusinessMetrics<const Table extends Readonly<Record<string, BusinessMetricDefinition>>>(
  metrics: Registerer,
  table: Table,
): InstrumentsOf<Table> {
  const instruments = Object.entries(table).map(([key, definition]) => [key, define(metrics, definition)]);
  // Each key has the instrument of its own definition, as the mapped type says.
  return Object.freeze(Object.fromEntries(instruments)) as InstrumentsOf<Table>;
}

function define(metrics: Registerer, definition: BusinessMetricDefinition): unknown {
  const { type, ...rest } = definition;
  switch (type) {
    case 'counter':
      return metrics.counter(rest);
    case 'gauge':
      return metrics.gauge(rest);
    case 'histogram':
      return metrics.histogram(rest);
    case 'summary':
      return metrics.summary(rest);
    default:
      // The type says that this cannot be; untyped callers get the error of the collector.
      metrics.registerMetric(definition);
      return undefined;
  }
}
