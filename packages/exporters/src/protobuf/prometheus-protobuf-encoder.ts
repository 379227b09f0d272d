import type { EncodeContext, FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { type ChunkEncoder, type EncodedChunk, bytesOf, lastingChunk } from '../chunks/encoded-chunk.ts';
import { exposedUnit } from '../families/exposed-unit.ts';
import { uniqueNames } from '../families/unique-names.ts';
import { FamilyField, ProtoType } from './proto-fields.ts';
import { ProtoSink } from './proto-sink.ts';
import { ProtobufFamilyWriter } from './protobuf-family-writer.ts';

/** Metrics are collected to pieces of this many bytes. */
const CHUNK_BYTES = 32 * 1024;
const NOTHING = new Uint8Array(0);

const TYPES: Readonly<Record<FamilyType, number>> = {
  counter: ProtoType.COUNTER,
  gauge: ProtoType.GAUGE,
  histogram: ProtoType.HISTOGRAM,
  summary: ProtoType.SUMMARY,
  info: ProtoType.GAUGE,
  stateset: ProtoType.GAUGE,
  unknown: ProtoType.UNTYPED,
};

/**
 * Prometheus protobuf: `io.prometheus.client.MetricFamily` messages, each after its length. The only format in which
 * Prometheus reads native histograms. It is binary, so collectors do not export it as a string.
 */
export class PrometheusProtobufEncoder implements ChunkEncoder {
  /** Name of the format. */
  readonly format: string = 'prometheus-protobuf';
  /** Media type of the format. */
  readonly contentType: string =
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

  /**
   * Encodes families; see `MetricEncoder.encode`. Some chunks are empty: a message begins with its length, so a
   * large family is rendered before its first byte is known, and the empty chunks let the caller pause meanwhile.
   *
   * @throws MetricsError `METRICS_ERR_EXPOSITION_DUPLICATE` when two families have the same name.
   */
  encode(families: readonly MetricFamily[], context: EncodeContext): Iterable<Uint8Array> {
    return bytesOf(this.encodeChunks(families, context));
  }

  /**
   * As `encode`, in chunks that can be held without a copy.
   *
   * @yields Chunks; some are empty.
   */
  *encodeChunks(families: readonly MetricFamily[], _context: EncodeContext): Generator<EncodedChunk, void, undefined> {
    uniqueNames(families);
    const sink = new ProtoSink();
    for (const family of families) {
      const body: Uint8Array[] = [];
      writeDescription(sink, family);
      for (const piece of metricsOf(sink, family)) {
        body.push(piece);
        yield lastingChunk(NOTHING);
      }
      if (sink.length > 0) body.push(sink.take());
      sink.varint(body.reduce((sum, { length }) => sum + length, 0));
      yield lastingChunk(sink.take());
      for (const piece of body) yield lastingChunk(piece);
    }
  }
}

function writeDescription(sink: ProtoSink, { name, description, type, unit }: MetricFamily): void {
  sink.string(FamilyField.NAME, name);
  if (description !== '') sink.string(FamilyField.HELP, description);
  sink.unsigned(FamilyField.TYPE, TYPES[type]);
  const shownUnit = exposedUnit(name, type, unit);
  if (shownUnit !== '') sink.string(FamilyField.UNIT, shownUnit);
}

/**
 * Writes all metrics of a family.
 *
 * @yields What the sink holds whenever it holds much; the rest stays in it.
 */
function* metricsOf(sink: ProtoSink, family: MetricFamily): Generator<Uint8Array, void, undefined> {
  const writer = new ProtobufFamilyWriter(family);
  for (const block of family.blocks) {
    writer.prepare(block);
    for (let row = 0; row < block.rowCount; row++) {
      if (block.hidden?.[row] === 1) continue;
      writer.writeRow(sink, FamilyField.METRIC, block, row);
      if (sink.length >= CHUNK_BYTES) yield sink.take();
    }
  }
}
