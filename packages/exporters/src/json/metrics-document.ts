import type { FamilyType } from '@bduf/metrics-core/interfaces';

/** A number in the JSON format. Those that JSON lacks are words. */
export type JsonNumber = number | 'NaN' | '+Inf' | '-Inf';

/** The JSON format: what `exportJSON` and the metrics API give. */
export interface MetricsDocument {
  /** When the metrics were read, in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** All metrics, ordered by name. */
  readonly metrics: readonly (JsonValueMetric | JsonHistogramMetric | JsonSummaryMetric)[];
}

/** What every metric says. */
export interface JsonMetric {
  /** Name as defined. */
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  /** Unit, when it has one. */
  readonly unit?: string | undefined;
}

/** A metric whose series are single values. */
export interface JsonValueMetric extends JsonMetric {
  /** Kind of metric. */
  readonly type: Exclude<FamilyType, 'histogram' | 'summary'>;
  /** Its series, in creation order. */
  readonly series: readonly JsonValueSeries[];
}

/** A histogram. */
export interface JsonHistogramMetric extends JsonMetric {
  /** Kind of metric. */
  readonly type: 'histogram';
  /** Its series, in creation order. */
  readonly series: readonly JsonHistogramSeries[];
}

/** A summary. */
export interface JsonSummaryMetric extends JsonMetric {
  /** Kind of metric. */
  readonly type: 'summary';
  /** Its series, in creation order. */
  readonly series: readonly JsonSummarySeries[];
}

/** What every series says. */
export interface JsonSeries {
  /** All labels, those shared by all series included. */
  readonly labels: Readonly<Record<string, string>>;
  /** Since when it counts, in milliseconds since the epoch. */
  readonly createdMs: JsonNumber;
  /** Example measurements, when there are any. */
  readonly exemplars?: readonly JsonExemplar[] | undefined;
}

/** A series with one value. */
export interface JsonValueSeries extends JsonSeries {
  /** The value; of an info metric always 1, of a state 1 or 0. */
  readonly value: JsonNumber;
}

/** A series of a histogram. */
export interface JsonHistogramSeries extends JsonSeries {
  /** Cumulative counts, ascending; the last bound is `+Inf`. */
  readonly buckets: readonly { readonly upperBound: JsonNumber; readonly count: JsonNumber }[];
  /** Sum of all observations. */
  readonly sum: JsonNumber;
  /** Number of observations. */
  readonly count: JsonNumber;
  /** Native buckets, when the histogram keeps them. */
  readonly native?: JsonNativeHistogram | undefined;
}

/** A series of a summary. */
export interface JsonSummarySeries extends JsonSeries {
  /** Values over the sliding window, `NaN` without observations in it. */
  readonly quantiles: readonly { readonly quantile: number; readonly value: JsonNumber }[];
  /** Sum of all observations. */
  readonly sum: JsonNumber;
  /** Number of observations. */
  readonly count: JsonNumber;
}

/** Native (base-2 exponential) buckets: bucket `i` ends at `2^(i·2^-schema)`. */
export interface JsonNativeHistogram {
  /** Resolution, -4 … 8. */
  readonly schema: number;
  /** Width of the zero bucket. */
  readonly zeroThreshold: number;
  /** Observations in the zero bucket. */
  readonly zeroCount: number;
  /** Index and count (not cumulative) of each bucket that is not empty. */
  readonly positive: readonly (readonly [index: number, count: number])[];
  /** The same for negative values, by absolute value. */
  readonly negative: readonly (readonly [index: number, count: number])[];
}

/** One example measurement. */
export interface JsonExemplar {
  /** Bucket of a histogram, 0 of a counter. */
  readonly column: number;
  /** The measured value. */
  readonly value: JsonNumber;
  /** When it was measured, in milliseconds since the epoch. */
  readonly timestampMs: number;
  /** Such as `trace_id`. */
  readonly labels: Readonly<Record<string, string>>;
}
