import { Buffer } from 'node:buffer';
import { copyBytes } from './copy-bytes.ts';
import { MAX_NUMBER_BYTES, writeNumber } from './write-number.ts';

/** How a format spells the numbers that have no decimal form. */
export interface NonFiniteWords {
  readonly nan: string;
  readonly positive: string;
  readonly negative: string;
}

/** A growing byte buffer that every encoder renders into, reused from chunk to chunk. */
export class ByteSink {
  /** What was written; valid up to {@link length} and until the next write. */
  bytes: Buffer;
  /** Number of bytes written since the last {@link clear}. */
  length = 0;

  /** @param capacity - Bytes to allocate at first. */
  constructor(capacity: number = 1 << 16) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  /** Makes room for at least this many more bytes. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  /** Writes one byte. */
  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Writes text as UTF-8. */
  text(value: string): void {
    // A UTF-16 unit takes at most three bytes.
    this.reserve(value.length * 3);
    this.length += this.bytes.write(value, this.length);
  }

  /** Writes bytes as they are. */
  copy(source: Uint8Array): void {
    this.reserve(source.length);
    this.length = copyBytes(this.bytes, this.length, source, 0, source.length);
  }

  /** Writes a number; see {@link writeNumber} for its form. */
  number(value: number, words: NonFiniteWords): void {
    // `value - value` is 0 for finite numbers and NaN for all others.
    if (value - value === 0) {
      this.reserve(MAX_NUMBER_BYTES);
      this.length = writeNumber(this.bytes, this.length, value);
    } else {
      this.text(nonFiniteWord(value, words));
    }
  }

  /** What was written, as a view that the next write after {@link clear} overwrites. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  /** Forgets what was written. */
  clear(): void {
    this.length = 0;
  }
}

/** The word of a format for NaN or an infinity. */
export function nonFiniteWord(value: number, words: NonFiniteWords): string {
  if (Number.isNaN(value)) return words.nan;
  return value > 0 ? words.positive : words.negative;
}
