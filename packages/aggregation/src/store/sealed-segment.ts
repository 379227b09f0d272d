import { ByteReader } from '../encoding/byte-reader.ts';
import { ByteWriter } from '../encoding/byte-writer.ts';
import { readColumn, writeColumn } from '../encoding/column-encoding.ts';
import { readRows } from './row-encoding.ts';
import type { RowBuffer } from './row-buffer.ts';
import type { SampleSegment } from './sample-segment.ts';

/** What a {@link SealedSegment} is made of. */
export interface SealedParts {
  /** Times of the ticks. */
  readonly timestampsMs: Float64Array;
  /** Whether samples have native histograms. */
  readonly isNative: boolean;
  /** Where the samples of each slot begin in `bytes`, and after the last slot where they end. Kept. */
  readonly offsets: Uint32Array;
  /** The samples, slot after slot, as `writeRows` writes them. Kept. */
  readonly bytes: Uint8Array;
  /** Number of samples. */
  readonly samples: number;
}

/**
 * A segment that does not grow any more: one column of times for all series, and the samples of each series in as few bytes as they
 * need. Its only objects are two typed arrays, whatever the number of series.
 */
export class SealedSegment implements SampleSegment {
  readonly isNative: boolean;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Number of samples. */
  readonly samples: number;
  readonly #size: number;
  readonly #times: Uint8Array;
  readonly #offsets: Uint32Array;
  readonly #bytes: Uint8Array;
  #timestampsMs: WeakRef<Float64Array> | undefined;

  constructor({ timestampsMs, isNative, offsets, bytes, samples }: SealedParts) {
    const writer = new ByteWriter();
    writeColumn(writer, timestampsMs, timestampsMs.length);
    this.isNative = isNative;
    this.firstMs = timestampsMs[0] ?? NaN;
    this.lastMs = timestampsMs.at(-1) ?? NaN;
    this.samples = samples;
    this.#size = timestampsMs.length;
    this.#times = writer.take();
    this.#offsets = offsets;
    this.#bytes = bytes;
  }

  /** Bytes held. */
  get byteLength(): number {
    // 400 for the objects.
    return 400 + this.#times.byteLength + this.#offsets.byteLength + this.#bytes.byteLength;
  }

  get timestampsMs(): Float64Array {
    const known = this.#timestampsMs?.deref();
    if (known !== undefined) return known;
    const times = new Float64Array(this.#size);
    readColumn(new ByteReader(this.#times), times, this.#size);
    this.#timestampsMs = new WeakRef(times);
    return times;
  }

  read(slot: number, rows: RowBuffer): void {
    rows.reset(this.#size);
    const [from, to] = [this.#offsets[slot] ?? 0, this.#offsets[slot + 1] ?? 0];
    if (from >= to) return;
    readRows(new ByteReader(this.#bytes, from), rows, { ticks: this.#size, isNative: this.isNative });
  }
}
