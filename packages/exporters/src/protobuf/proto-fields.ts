/** Field numbers of `io.prometheus.client`, from `prometheus/client_model`. */
export const FamilyField = { NAME: 1, HELP: 2, TYPE: 3, METRIC: 4, UNIT: 5 } as const;

/** Fields of `Metric`. */
export const MetricField = { LABEL: 1, GAUGE: 2, COUNTER: 3, SUMMARY: 4, UNTYPED: 5, HISTOGRAM: 7 } as const;

/** Fields of `LabelPair`. */
export const LabelField = { NAME: 1, VALUE: 2 } as const;

/** Fields of `Gauge`, `Untyped` and `Counter`; the last two of `Counter` only. */
export const ValueField = { VALUE: 1, EXEMPLAR: 2, CREATED: 3 } as const;

/** Fields of `Summary` and its `Quantile`. */
export const SummaryField = { COUNT: 1, SUM: 2, QUANTILE: 3, CREATED: 4 } as const;
/** Fields of `Quantile`. */
export const QuantileField = { QUANTILE: 1, VALUE: 2 } as const;

/** Fields of `Histogram`. */
export const HistogramField = {
  COUNT: 1,
  SUM: 2,
  BUCKET: 3,
  SCHEMA: 5,
  ZERO_THRESHOLD: 6,
  ZERO_COUNT: 7,
  NEGATIVE_SPAN: 9,
  NEGATIVE_DELTA: 10,
  POSITIVE_SPAN: 12,
  POSITIVE_DELTA: 13,
  CREATED: 15,
} as const;
/** Fields of `Bucket`. */
export const BucketField = { CUMULATIVE_COUNT: 1, UPPER_BOUND: 2, EXEMPLAR: 3 } as const;
/** Fields of `BucketSpan`. */
export const SpanField = { OFFSET: 1, LENGTH: 2 } as const;

/** Fields of `Exemplar`. */
export const ExemplarField = { LABEL: 1, VALUE: 2, TIMESTAMP: 3 } as const;
/** Fields of `google.protobuf.Timestamp`. */
export const TimestampField = { SECONDS: 1, NANOS: 2 } as const;

/** Values of `MetricType`. */
export const ProtoType = { COUNTER: 0, GAUGE: 1, SUMMARY: 2, UNTYPED: 3, HISTOGRAM: 4 } as const;
