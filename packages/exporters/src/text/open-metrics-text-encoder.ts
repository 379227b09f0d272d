import { type EncodeContext, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { type ChunkEncoder, type EncodedChunk, bytesOf } from '../chunks/encoded-chunk.ts';
import { PageBudget } from '../pages/page-budget.ts';
import { openMetricsDialect } from './open-metrics-dialect.ts';
import type { TextEncoderOptions } from './prometheus-text-encoder.ts';
import { TextEncoding } from './text-encoding.ts';

/** Options of an {@link OpenMetricsTextEncoder}. */
export interface OpenMetricsTextOptions extends TextEncoderOptions {
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
export class OpenMetricsTextEncoder implements ChunkEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.OPENMETRICS;
  /** Media type of the format. */
  readonly contentType: string = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  readonly #encoding: TextEncoding;

  /** @param options - What differs from the defaults. */
  constructor(options: OpenMetricsTextOptions = {}) {
    this.#encoding = new TextEncoding(openMetricsDialect(options.created ?? false), options.pages ?? new PageBudget());
  }

  /**
   * Encodes families; see `MetricEncoder.encode`.
   *
   * @throws MetricsError `METRICS_ERR_EXPOSITION_DUPLICATE` when two families have the same name.
   */
  encode(families: readonly MetricFamily[], context: EncodeContext): Iterable<Uint8Array> {
    return bytesOf(this.encodeChunks(families, context));
  }

  /** As `encode`, in chunks that can be held without a copy. */
  encodeChunks(families: readonly MetricFamily[], { nowMs }: EncodeContext): Iterable<EncodedChunk> {
    return this.#encoding.encode(families, nowMs);
  }
}
