import { Buffer } from 'node:buffer';
import { type EncodeContext, type MetricEncoder, type MetricFamily, MetricFormat } from '@bduf/metrics-core/interfaces';
import { ByteSink } from '../bytes/byte-sink.ts';
import { DeltaBaseline } from '../deltas/delta-baseline.ts';
import { uniqueNames } from '../families/unique-names.ts';
import { DOGSTATSD, PLAIN_STATSD, type StatsdFlavour } from './statsd-flavour.ts';
import { StatsdFamilyWriter } from './statsd-family-writer.ts';

/** What fits an Ethernet frame after the headers of IPv6 and UDP, with some room for tunnels. */
const DEFAULT_DATAGRAM_BYTES = 1432;

/** Options of a {@link StatsdEncoder}. */
export interface StatsdEncoderOptions {
  /**
   * `statsd`, whose names carry the label values (`requests_total.GET.200`), or `dogstatsd`, which has tags. Default
   * `statsd`.
   */
  readonly flavour?: 'statsd' | 'dogstatsd';
  /** Put before every name, such as `shop.`. Default: nothing. */
  readonly prefix?: string;
  /** Most bytes of a datagram; a longer line is a datagram of its own. Default 1432. */
  readonly maxDatagramBytes?: number;
}

/**
 * StatsD datagrams. Each chunk is one datagram, but for the line feed at its end.
 *
 * Counters, and counts and sums of histograms and summaries, are sent as what was added since the encoder's last
 * document, so each receiver needs an encoder of its own. Gauges are sent as they are, quantiles as gauges.
 */
export class StatsdEncoder implements MetricEncoder {
  /** Name under which a collector exports it. */
  readonly format: MetricFormat = MetricFormat.STATSD;
  /** Media type of the format. */
  readonly contentType: string = 'text/plain; charset=utf-8';
  readonly #flavour: StatsdFlavour;
  readonly #prefix: string;
  readonly #maxDatagramBytes: number;
  readonly #baseline = new DeltaBaseline();

  /** @param options - What differs from the defaults. */
  constructor(options: StatsdEncoderOptions = {}) {
    const { flavour = 'statsd', prefix = '', maxDatagramBytes = DEFAULT_DATAGRAM_BYTES } = options;
    this.#flavour = flavour === 'dogstatsd' ? DOGSTATSD : PLAIN_STATSD;
    this.#prefix = prefix;
    this.#maxDatagramBytes = maxDatagramBytes;
  }

  /**
   * Encodes families; see `MetricEncoder.encode`. What was encoded of a document that is left unread counts as
   * sent.
   *
   * @yields Datagrams, each with a line feed at its end.
   * @throws MetricsError `METRICS_ERR_EXPOSITION_DUPLICATE` when two families have the same name.
   */
  *encode(families: readonly MetricFamily[], _context: EncodeContext): Generator<Uint8Array, void, undefined> {
    uniqueNames(families);
    const sink = new ByteSink();
    for (const family of families) yield* this.#family(sink, family);
    if (sink.length > 0) yield sink.take();
  }

  *#family(sink: ByteSink, family: MetricFamily): Generator<Uint8Array, void, undefined> {
    const writer = new StatsdFamilyWriter(family, this.#flavour, this.#prefix);
    const findPrevious = this.#baseline.previousOf(family);
    for (const [blockIndex, block] of family.blocks.entries()) {
      writer.prepare(block);
      for (let row = 0; row < block.rowCount; row++) {
        if (block.hidden?.[row] === 1) continue;
        writer.beginRow(block, row, findPrevious(blockIndex, row));
        for (let line = 0; line < writer.lineCount; line++) {
          const start = sink.length;
          writer.writeLine(sink, block, row, line);
          if (sink.length - 1 > this.#maxDatagramBytes && start > 0) yield takeUntil(sink, start);
        }
      }
    }
    this.#baseline.advance(family);
  }
}

/** Takes the first bytes of a sink and leaves the others in it. */
function takeUntil(sink: ByteSink, end: number): Uint8Array {
  const taken = Buffer.from(sink.bytes.subarray(0, end));
  sink.bytes.copyWithin(0, end, sink.length);
  sink.length -= end;
  return taken;
}
