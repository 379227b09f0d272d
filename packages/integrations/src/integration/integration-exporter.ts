import type { Gatherer, HttpHandler, MetricEncoder, MetricFormat } from '@bduf/metrics-core/interfaces';

/**
 * What an integration needs of an exporter; `MetricsExporter` of `@bduf/metrics-exporters` is one. Integrations read
 * families from it and, where a target takes an exposition format, have its encoders write them.
 */
export interface IntegrationExporter {
  /** Where the metrics are read. */
  readonly gatherer: Gatherer;
  /**
   * The encoder of a format. Throws `METRICS_ERR_FORMAT_MISSING` when there is none.
   *
   * @param format - What a target takes. Encoders of StatsD must compare a family only with earlier read-outs of the same
   *   identity.
   */
  encoderOf(format: MetricFormat | 'dogstatsd'): MetricEncoder;
  /** A handler that answers scrapes, of everybody or of those who have a token. */
  createPrometheusEndpoint(options?: { readonly bearerToken?: string | readonly string[] }): HttpHandler;
}
