import { type EncodeContext, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { ByteSink } from '../bytes/byte-sink.ts';
import { type ChunkEncoder, type EncodedChunk, bytesOf, lastingChunk } from '../chunks/encoded-chunk.ts';
import { uniqueNames } from '../families/unique-names.ts';
import { InfluxFamilyWriter } from './influx-family-writer.ts';

/** A chunk is handed out when it has grown to this many bytes. */
const CHUNK_BYTES = 32 * 1024;

/** Unit of timestamps in line protocol, as the `precision` parameter of a write names it. */
export type InfluxPrecision = 'ns' | 'us' | 'ms' | 's';

/** Options of an {@link InfluxLineEncoder}. */
export interface InfluxLineOptions {
  /** Unit of timestamps; the write must name the same. Default `ns`, which InfluxDB assumes. */
  readonly precision?: InfluxPrecision;
}

/**
 * InfluxDB line protocol: one line for each series, with the time of the read-out.
 *
 * Measurements and tags are named as the metric and its labels, fields as Telegraf names them (`counter`, `gauge`,
 * `value`, bounds, quantiles, `sum`, `count`). All fields are floats. What the protocol cannot say is left out (numbers
 * that are not finite, empty label values) or replaced (see `escapeTagValue`).
 */
export class InfluxLineEncoder implements ChunkEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.INFLUXDB;
  /** Media type of the format. */
  readonly contentType: string = 'text/plain; charset=utf-8';
  readonly #precision: InfluxPrecision;

  /** @param options - What differs from the defaults. */
  constructor({ precision = 'ns' }: InfluxLineOptions = {}) {
    this.#precision = precision;
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
   * @yields Chunks of whole lines.
   */
  *encodeChunks(families: readonly MetricFamily[], { nowMs }: EncodeContext): Generator<EncodedChunk, void, undefined> {
    uniqueNames(families);
    const timestamp = timestampText(nowMs, this.#precision);
    const sink = new ByteSink();
    for (const family of families) {
      const writer = new InfluxFamilyWriter(family, timestamp);
      for (const block of family.blocks) {
        writer.prepare(block);
        for (let row = 0; row < block.rowCount; row++) {
          if (block.hidden?.[row] === 1) continue;
          writer.writeRow(sink, block, row);
          if (sink.length >= CHUNK_BYTES) yield lastingChunk(sink.take());
        }
      }
    }
    if (sink.length > 0) yield lastingChunk(sink.take());
  }
}

/** Appended to milliseconds as text, since nanoseconds do not fit a double. */
const FINER_DIGITS: Readonly<Record<Exclude<InfluxPrecision, 's'>, string>> = { ms: '', us: '000', ns: '000000' };

function timestampText(nowMs: number, precision: InfluxPrecision): string {
  return precision === 's' ? String(Math.floor(nowMs / 1000)) : `${Math.floor(nowMs)}${FINER_DIGITS[precision]}`;
}
