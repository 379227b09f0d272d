import { type EncodeContext, type MetricEncoder, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { openMetricsDialect } from './open-metrics-dialect.ts';
import { TextEncoding } from './text-encoding.ts';

/** Options of an {@link OpenMetricsTextEncoder}. */
export interface OpenMetricsTextOptions {
  /**
   * Write `_created` samples with the time since when counters, histograms and summaries count. Off by default:
   * Prometheus stores each as one more series.
   */
  readonly created?: boolean;
}

/**
 * OpenMetrics text 1.0, with units and exemplars.
 *
 * Sample names are those of the definitions. Where OpenMetrics would rename one, the family is shown as another type
 * instead: a counter without `_total` as `unknown`, an info metric without `_info` as `gauge`. Sums and quantiles below
 * zero, which the format forbids, are left out.
 */
export class OpenMetricsTextEncoder implements MetricEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.OPENMETRICS;
  /** Media type of the format. */
  readonly contentType: string = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  readonly #encoding: TextEncoding;

  /** @param options - What to write beside the values. */
  constructor(options: OpenMetricsTextOptions = {}) {
    this.#encoding = new TextEncoding(openMetricsDialect(options.created ?? false));
  }

  /**
   * Encodes families; see {@link MetricEncoder.encode}. A chunk is overwritten when the next one is asked for.
   *
   * @throws MetricsError `METRICS_ERR_EXPOSITION_DUPLICATE` when two families have the same name.
   */
  encode(families: readonly MetricFamily[], _context: EncodeContext): Iterable<Uint8Array> {
    return this.#encoding.encode(families);
  }
}
