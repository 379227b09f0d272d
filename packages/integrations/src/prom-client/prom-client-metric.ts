/*
 * What registries of prom-client and its successor @prometheus-io/client hand out, as far as it is used here. Both have
 * the same form; this package imports neither.
 */

/** Labels of a value. Numbers stand for their text. */
export type PromClientLabels = Readonly<Record<string, string | number | undefined>>;

/** One number of a metric. */
export interface PromClientValue {
  /** The number; buckets are cumulative. */
  readonly value: number;
  /** Labels, `le` of a bucket and `quantile` of a quantile among them; none where it is absent. */
  readonly labels?: PromClientLabels | undefined;
  /** Name of the sample where it is not that of the metric, such as `x_count`. */
  readonly metricName?: string | undefined;
  /** An example measurement. */
  readonly exemplar?: PromClientExemplar | null | undefined;
}

/** An example measurement; its time is in seconds. */
export interface PromClientExemplar {
  /** Such as `trace_id`. */
  readonly labelSet: PromClientLabels;
  /** What was measured. */
  readonly value: number;
  /** Seconds since the epoch. */
  readonly timestamp: number;
}

/** A metric with its values, as `getMetricsAsJSON` gives it. */
export interface PromClientMetric {
  /** Name of the metric. */
  readonly name: string;
  /** One sentence for people. */
  readonly help: string;
  /** `counter`, `gauge`, `histogram`, `summary` or `untyped`; declared as a number by prom-client, in fact a text. */
  readonly type: unknown;
  /** How values of several processes become one, such as `sum`. */
  readonly aggregator?: unknown;
  /** All values. */
  readonly values: readonly PromClientValue[];
}

/** What is read of a registry; `Registry` of both libraries has it. */
export interface PromClientRegistry {
  /** All metrics with their values. */
  getMetricsAsJSON(): Promise<readonly PromClientMetric[]>;
}
