import { type EncodeContext, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { type ChunkEncoder, type EncodedChunk, bytesOf } from '../chunks/encoded-chunk.ts';
import { PageBudget } from '../pages/page-budget.ts';
import { prometheusDialect } from './prometheus-dialect.ts';
import { TextEncoding } from './text-encoding.ts';

/** Options of the text encoders. */
export interface TextEncoderOptions {
  /** Bounds the memory for rendered lines; encoders may share one. Default: 64 MiB of its own. */
  readonly pages?: PageBudget;
}

/** Prometheus text exposition 0.0.4, which every Prometheus-compatible scraper reads. */
export class PrometheusTextEncoder implements ChunkEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.PROMETHEUS;
  /** Media type of the format. */
  readonly contentType: string = 'text/plain; version=0.0.4; charset=utf-8';
  readonly #encoding: TextEncoding;

  /** @param options - What differs from the defaults. */
  constructor(options: TextEncoderOptions = {}) {
    this.#encoding = new TextEncoding(prometheusDialect, options.pages ?? new PageBudget());
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
