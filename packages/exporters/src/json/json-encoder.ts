import { type EncodeContext, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { ByteSink } from '../bytes/byte-sink.ts';
import { type ChunkEncoder, type EncodedChunk, bytesOf, lastingChunk } from '../chunks/encoded-chunk.ts';
import { uniqueNames } from '../families/unique-names.ts';
import { JsonFamilyWriter } from './json-family-writer.ts';

/** A chunk is handed out when it has grown to this many bytes. */
const CHUNK_BYTES = 32 * 1024;
const COMMA = 44;

/**
 * JSON for programs that are no monitoring system. Its shape is published as `metricsDocumentSchema` at
 * `@bduf/metrics-exporters/schema`; numbers that JSON lacks are the strings `NaN`, `+Inf` and `-Inf`.
 */
export class JsonEncoder implements ChunkEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.JSON;
  /** Media type of the format. */
  readonly contentType: string = 'application/json; charset=utf-8';

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
    const sink = new ByteSink();
    sink.text(`{"timestampMs":${context.nowMs},"metrics":[`);
    for (const [index, family] of families.entries()) {
      if (index > 0) sink.byte(COMMA);
      yield* encodeFamily(sink, family);
    }
    sink.text(']}');
    yield lastingChunk(sink.take());
  }
}

function* encodeFamily(sink: ByteSink, family: MetricFamily): Generator<EncodedChunk, void, undefined> {
  const { name, type, description, unit } = family;
  const head = JSON.stringify({ name, type, description, ...(unit === '' ? {} : { unit }) });
  sink.text(`${head.slice(0, -1)},"series":[`);
  const writer = new JsonFamilyWriter(family);
  let isFirst = true;
  for (const block of family.blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      if (block.hidden?.[row] === 1) continue;
      if (!isFirst) sink.byte(COMMA);
      isFirst = false;
      writer.writeRow(sink, block, row);
      if (sink.length < CHUNK_BYTES) continue;
      yield lastingChunk(sink.take());
    }
  }
  sink.text(']}');
}
