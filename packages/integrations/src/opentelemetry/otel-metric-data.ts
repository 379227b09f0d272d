/*
 * The part of OpenTelemetry's data model that is produced here, written down so that this package imports nothing of
 * OpenTelemetry. What is declared fits where `MetricProducer` of `@opentelemetry/sdk-metrics` 2 is expected.
 */

/** Seconds since the epoch, and the nanoseconds beyond. Both are 0 where the time is not known. */
export type OtelTime = [seconds: number, nanoseconds: number];

/** What a metric is. */
export interface OtelDescriptor {
  /** Name of the metric. */
  readonly name: string;
  /** One sentence for people. */
  readonly description: string;
  /** Unit by UCUM, such as `s` and `By`; empty where there is none. */
  readonly unit: string;
  /** `ValueType.DOUBLE`. */
  readonly valueType: 1;
}

/** A number, or the numbers of a histogram, of one series. */
export interface OtelPoint<Value> {
  /** When the series began to count. */
  readonly startTime: OtelTime;
  /** When it was read. */
  readonly endTime: OtelTime;
  /** Labels; empty ones are left out. */
  readonly attributes: Record<string, string>;
  /** What it is. */
  readonly value: Value;
}

/** Numbers of a histogram with bounds. */
export interface OtelHistogram {
  /** Finite upper bounds, inclusive, and how many observations each bucket has; one count more than bounds. */
  readonly buckets: {
    /** Upper bounds, ascending. */
    boundaries: number[];
    /** Observations, not cumulative. */
    counts: number[];
  };
  /** Sum of all observations. */
  readonly sum: number;
  /** Number of observations. */
  readonly count: number;
}

/** Buckets of one side of zero: the first one is number `offset`. */
export interface OtelExponentialBuckets {
  /** Number `k` of the first bucket; bucket `k` holds values in `(base^k, base^(k+1)]`. */
  readonly offset: number;
  /** Observations, not cumulative. */
  bucketCounts: number[];
}

/** Numbers of a histogram whose bounds are powers of `2^(2^-scale)`. */
export interface OtelExponentialHistogram {
  /** Number of observations. */
  readonly count: number;
  /** Sum of all observations. */
  readonly sum: number;
  /** Resolution, -4 … 8. */
  readonly scale: number;
  /** Observations that count as zero. */
  readonly zeroCount: number;
  /** Observations above zero. */
  readonly positive: OtelExponentialBuckets;
  /** Observations below zero, by absolute value. */
  readonly negative: OtelExponentialBuckets;
}

/** What all kinds of metrics share. */
export interface OtelMetricBase {
  /** What the metric is. */
  readonly descriptor: OtelDescriptor;
  /** `AggregationTemporality.CUMULATIVE`: all numbers are totals since the start time of their point. */
  readonly aggregationTemporality: 1;
}

/** Numbers that add up. */
export interface OtelSum extends OtelMetricBase {
  /** `DataPointType.SUM`. */
  readonly dataPointType: 3;
  /** Whether they only grow. */
  readonly isMonotonic: boolean;
  /** One for each series. */
  dataPoints: OtelPoint<number>[];
}

/** Numbers of the moment. */
export interface OtelGauge extends OtelMetricBase {
  /** `DataPointType.GAUGE`. */
  readonly dataPointType: 2;
  /** One for each series. */
  dataPoints: OtelPoint<number>[];
}

/** Histograms with bounds. */
export interface OtelHistogramMetric extends OtelMetricBase {
  /** `DataPointType.HISTOGRAM`. */
  readonly dataPointType: 0;
  /** One for each series. */
  dataPoints: OtelPoint<OtelHistogram>[];
}

/** Exponential histograms. */
export interface OtelExponentialMetric extends OtelMetricBase {
  /** `DataPointType.EXPONENTIAL_HISTOGRAM`. */
  readonly dataPointType: 1;
  /** One for each series. */
  dataPoints: OtelPoint<OtelExponentialHistogram>[];
}

/** One metric as OpenTelemetry has it. */
export type OtelMetric = OtelSum | OtelGauge | OtelHistogramMetric | OtelExponentialMetric;
