// The one class most users need.
export {
  type EndpointOptions,
  MetricsExporter,
  type MetricsExporterOptions,
  type MetricsSource,
} from './metrics-exporter.ts';

// Encoders, for those who wire their own.
export { PrometheusTextEncoder, type TextEncoderOptions } from './text/prometheus-text-encoder.ts';
export { OpenMetricsTextEncoder, type OpenMetricsTextOptions } from './text/open-metrics-text-encoder.ts';
export { PrometheusProtobufEncoder } from './protobuf/prometheus-protobuf-encoder.ts';
export { JsonEncoder, type JsonEncoderOptions } from './json/json-encoder.ts';
export { InfluxLineEncoder, type InfluxLineOptions, type InfluxPrecision } from './influx/influx-line-encoder.ts';
export { StatsdEncoder, type StatsdEncoderOptions } from './statsd/statsd-encoder.ts';

// What encoders keep between documents, and chunks that can be sent without a copy.
export { PageBudget, type PageCacheStatistics, type PageHolder } from './pages/page-budget.ts';
export type { ChunkEncoder, EncodedChunk, HeldChunk } from './chunks/encoded-chunk.ts';

// The JSON format as types; its zod schema is at the subpath `schema`.
export type {
  JsonExemplar,
  JsonHistogramMetric,
  JsonHistogramSeries,
  JsonMetric,
  JsonNativeHistogram,
  JsonNumber,
  JsonSeries,
  JsonSummaryMetric,
  JsonSummarySeries,
  JsonValueMetric,
  JsonValueSeries,
  MetricsDocument,
} from './json/metrics-document.ts';
