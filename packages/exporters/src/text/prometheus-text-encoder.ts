import { type EncodeContext, type MetricEncoder, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { prometheusDialect } from './prometheus-dialect.ts';
import { TextEncoding } from './text-encoding.ts';

/** Prometheus text exposition 0.0.4, which every Prometheus-compatible scraper reads. */
export class PrometheusTextEncoder implements MetricEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.PROMETHEUS;
  /** Media type of the format. */
  readonly contentType: string = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #encoding = new TextEncoding(prometheusDialect);

  /**
   * Encodes families; see {@link MetricEncoder.encode}. A chunk is overwritten when the next one is asked for.
   *
   * @throws MetricsError `METRICS_ERR_EXPOSITION_DUPLICATE` when two families have the same name.
   */
  encode(families: readonly MetricFamily[], _context: EncodeContext): Iterable<Uint8Array> {
    return this.#encoding.encode(families);
  }
}
