import type { CollectCallback } from './collect-callback.ts';
import type { GaugeAggregation } from './gauge-aggregation.ts';
import type { LabelSchema, LabelSet, LabelsOf } from './label-set.ts';
import type { MetricType } from './metric-type.ts';

/** What every definition says, whatever the type. */
export interface MetricDefinitionBase<Schema extends LabelSchema = LabelSchema> {
  /** Metric name, `[a-zA-Z_:][a-zA-Z0-9_:]*`. It is exposed as written. */
  readonly name: string;
  /** One sentence for people; rendered as HELP. */
  readonly description: string;
  /** Label names, or a record of what each label may hold. */
  readonly labels?: Schema;
  /** Base unit such as `seconds` or `bytes`. The name must end in it (before `_total`) for it to be exposed as UNIT. */
  readonly unit?: string;
  /**
   * Most series this metric may hold; a record that would create one more goes to the overflow series, whose
   * labels are all `__overflow__`. Default: the collector's `limits.seriesPerMetric`.
   */
  readonly maxSeries?: number;
  /**
   * Most distinct values of one label, for all labels or by name; a further value is recorded as `__overflow__`.
   * Default: bounded by `maxSeries` only.
   */
  readonly maxLabelValues?: number | Readonly<Record<string, number>>;
  /**
   * A series on which nothing was recorded for this many milliseconds leaves the exposition; the next record starts it anew.
   * Idleness is looked at when the metric is read. Default: series stay.
   */
  readonly ttlMs?: number;
}

/** What a metric with a callback says in addition. */
export interface CollectedDefinition<L> {
  /**
   * Called at every read-out for the current values. Series that it does not report are not exposed, nor is any when it
   * fails or takes too long; `metrics_callback_failures_total` counts that.
   */
  readonly collect?: CollectCallback<L>;
  /** How long an asynchronous callback may take, in milliseconds. Default 5 000. */
  readonly collectTimeoutMs?: number;
}

/** What a metric that is recorded very often may say in addition. */
export interface SampledDefinition {
  /**
   * Records only one in so many calls on average, chosen at random, with that weight: sums and counts stay right in
   * expectation. Integer ≥ 1, default 1.
   */
  readonly sampleEvery?: number;
  /** Ask the collector's `exemplarSource` for an exemplar with every record. Default false. */
  readonly exemplars?: boolean;
}

/** Options of a native (base-2 exponential) histogram. */
export interface NativeHistogramOptions {
  /**
   * Resolution: a bucket grows by `2^(2^-schema)`. Integer from -4 (16 times) to 8 (0.27 %). Default 5: 2.2 % a
   * bucket, quantiles within 1.09 %.
   */
  readonly schema?: number;
  /** Most buckets on each side of zero; beyond it resolution is halved until they fit. Default 160. */
  readonly maxBuckets?: number;
  /** Values whose absolute value is at most this count as zero. Default 2^-128. */
  readonly zeroThreshold?: number;
}

/** Definition of a counter. */
export interface CounterDefinition<Schema extends LabelSchema = LabelSchema>
  extends MetricDefinitionBase<Schema>, CollectedDefinition<LabelsOf<Schema>>, SampledDefinition {
  /** May be left out where the method already says it. */
  readonly type?: MetricType.COUNTER;
}

/** Definition of a gauge. */
export interface GaugeDefinition<Schema extends LabelSchema = LabelSchema>
  extends MetricDefinitionBase<Schema>, CollectedDefinition<LabelsOf<Schema>> {
  /** May be left out where the method already says it. */
  readonly type?: MetricType.GAUGE;
  /** How the values of several workers become one. Default `live_sum`. */
  readonly aggregation?: GaugeAggregation;
}

/** Definition of a histogram. */
export interface HistogramDefinition<Schema extends LabelSchema = LabelSchema>
  extends MetricDefinitionBase<Schema>, SampledDefinition {
  /** May be left out where the method already says it. */
  readonly type?: MetricType.HISTOGRAM;
  /**
   * Upper bounds, inclusive, strictly ascending and finite; `+Inf` is implied. Default
   * `.005 .01 .025 .05 .1 .25 .5 1 2.5 5 10`; `[]` with `native` for a purely native histogram.
   */
  readonly buckets?: readonly number[];
  /** Keep a native histogram beside (or, with `buckets: []`, instead of) the explicit buckets. */
  readonly native?: boolean | NativeHistogramOptions;
}

/** Definition of a summary. */
export interface SummaryDefinition<Schema extends LabelSchema = LabelSchema>
  extends MetricDefinitionBase<Schema>, Pick<SampledDefinition, 'sampleEvery'> {
  /** May be left out where the method already says it. */
  readonly type?: MetricType.SUMMARY;
  /** Quantiles to report, each from 0 to 1, strictly ascending. Default `.5 .9 .95 .99`. */
  readonly quantiles?: readonly number[];
  /** Length of the sliding window in milliseconds. Default 600 000 (10 minutes). Sum and count are since the start. */
  readonly maxAgeMs?: number;
  /** Slices the window is made of; one slice of data leaves at a time. Integer ≥ 1, default 5. */
  readonly ageBuckets?: number;
}

/** Definition of an info metric; its facts are the labels of its one series per label set. */
export interface InfoDefinition<Schema extends LabelSchema = LabelSchema> extends MetricDefinitionBase<Schema> {
  /** May be left out where the method already says it. */
  readonly type?: MetricType.INFO;
}

/** Definition of a state set. */
export interface StateSetDefinition<
  State extends string = string,
  Schema extends LabelSchema = LabelSchema,
> extends MetricDefinitionBase<Schema> {
  /** May be left out where the method already says it. */
  readonly type?: MetricType.STATE_SET;
  /** Names of the states, at least one, without repetition. */
  readonly states: readonly State[];
}

/**
 * Definition of a metric of any type, as `registerMetric` takes it. Which optional fields count depends on `type`;
 * a field of another type is an error.
 */
export interface MetricDefinition extends MetricDefinitionBase, CollectedDefinition<LabelSet>, SampledDefinition {
  /** Kind of metric. */
  readonly type: MetricType;
  /** Upper bounds of a histogram; see {@link HistogramDefinition.buckets}. */
  readonly buckets?: readonly number[];
  /** Native histogram; see {@link HistogramDefinition.native}. */
  readonly native?: boolean | NativeHistogramOptions;
  /** Quantiles of a summary; see {@link SummaryDefinition.quantiles}. */
  readonly quantiles?: readonly number[];
  /** Window of a summary; see {@link SummaryDefinition.maxAgeMs}. */
  readonly maxAgeMs?: number;
  /** Slices of a summary's window; see {@link SummaryDefinition.ageBuckets}. */
  readonly ageBuckets?: number;
  /** States of a state set; see {@link StateSetDefinition.states}. */
  readonly states?: readonly string[];
  /** Aggregation of a gauge; see {@link GaugeDefinition.aggregation}. */
  readonly aggregation?: GaugeAggregation;
}
