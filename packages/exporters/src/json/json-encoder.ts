import { type EncodeContext, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { ByteSink } from '../bytes/byte-sink.ts';
import { type ChunkEncoder, type EncodedChunk, bytesOf, lastingChunk } from '../chunks/encoded-chunk.ts';
import { withoutFirstByte } from '../chunks/without-first-byte.ts';
import { uniqueNames } from '../families/unique-names.ts';
import { PageBudget } from '../pages/page-budget.ts';
import { type PagedFamily, PagedRendering } from '../pages/paged-rendering.ts';
import { JsonFamilyWriter } from './json-family-writer.ts';
import { writeJsonNumber } from './json-number.ts';

const COMMA = 44;

/** Options of a {@link JsonEncoder}. */
export interface JsonEncoderOptions {
  /** Bounds the memory for rendered series; encoders may share one. Default: 64 MiB of its own. */
  readonly pages?: PageBudget;
}

interface KnownFamily extends PagedFamily {
  readonly epoch: number;
}

/**
 * JSON for programs that are no monitoring system. Its shape is published as `metricsDocumentSchema` at
 * `@bduf/metrics-exporters/schema`; numbers that JSON lacks are the strings `NaN`, `+Inf` and `-Inf`.
 */
export class JsonEncoder implements ChunkEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.JSON;
  /** Media type of the format. */
  readonly contentType: string = 'application/json; charset=utf-8';
  readonly #rendering: PagedRendering;
  readonly #known = new WeakMap<object, KnownFamily>();

  /** @param options - What differs from the defaults. */
  constructor(options: JsonEncoderOptions = {}) {
    this.#rendering = new PagedRendering(options.pages ?? new PageBudget(), writeJsonNumber);
  }

  /**
   * Encodes families; see `MetricEncoder.encode`.
   *
   * @throws MetricsError `METRICS_ERR_EXPOSITION_DUPLICATE` when two families have the same name.
   */
  encode(families: readonly MetricFamily[], context: EncodeContext): Iterable<Uint8Array> {
    return bytesOf(this.encodeChunks(families, context));
  }

  /**
   * As `encode`, in chunks that can be held without a copy.
   *
   * @yields Chunks.
   */
  *encodeChunks(families: readonly MetricFamily[], context: EncodeContext): Generator<EncodedChunk, void, undefined> {
    uniqueNames(families);
    const { nowMs } = context;
    const sink = new ByteSink();
    sink.text(`{"timestampMs":${nowMs},"metrics":[`);
    for (const [index, family] of families.entries()) {
      if (index > 0) sink.byte(COMMA);
      yield* this.#family(sink, family, nowMs);
    }
    sink.text(']}');
    yield lastingChunk(sink.take());
  }

  *#family(sink: ByteSink, family: MetricFamily, nowMs: number): Generator<EncodedChunk, void, undefined> {
    const { name, type, description, unit } = family;
    const head = JSON.stringify({ name, type, description, ...(unit === '' ? {} : { unit }) });
    sink.text(`${head.slice(0, -1)},"series":[`);
    yield lastingChunk(sink.take());
    // Each series begins with a comma, but the first one must not.
    let isFirst = true;
    for (const chunk of this.#rendering.rows(this.#familyOf(family), family, sink, nowMs)) {
      yield isFirst ? withoutFirstByte(chunk) : chunk;
      isFirst = false;
    }
    if (isFirst && sink.length > 0) sink.dropFirstByte();
    sink.text(']}');
  }

  #familyOf(family: MetricFamily): KnownFamily {
    const known = this.#known.get(family.identity);
    if (known?.epoch === family.epoch) return known;
    if (known !== undefined) this.#rendering.end(known);
    const fresh = { ...this.#rendering.begin(new JsonFamilyWriter(family)), epoch: family.epoch };
    this.#known.set(family.identity, fresh);
    return fresh;
  }
}
