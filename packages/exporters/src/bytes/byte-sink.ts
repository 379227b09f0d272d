import { Buffer } from 'node:buffer';
import { type ByteText, WORD_SLACK, copyWords, viewOf } from './byte-text.ts';
import { type NonFiniteWords, nonFiniteWord } from './non-finite-words.ts';
import { MAX_NUMBER_BYTES, writeNumber } from './write-number.ts';

/** Bytes of a new buffer: a chunk and the row that fills it. */
const DEFAULT_CAPACITY = 40 * 1024;
const EMPTY = Buffer.alloc(0);

/** A growing byte buffer that every encoder renders into. */
export class ByteSink {
  /** What was written; valid up to {@link length} and until the next write. */
  bytes: Buffer = EMPTY;
  /** A view of the same buffer. */
  view: DataView = viewOf(EMPTY);
  /** Number of bytes written since the last {@link take}. May be set back, to forget what was written last. */
  length = 0;
  readonly #capacity: number;

  /** @param capacity - Bytes of a new buffer; it grows when they do not do. */
  constructor(capacity: number = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  /**
   * Makes room for at least this many more bytes, and those that copying in words may overwrite. Whoever writes them
   * into {@link bytes} or {@link view} sets {@link length}.
   */
  reserve(count: number): void {
    const needed = this.length + count + WORD_SLACK;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, this.#capacity));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
    this.view = viewOf(grown);
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

  /** Writes an encoded text. */
  copy({ view, length }: ByteText): void {
    this.reserve(length);
    this.length = copyWords(this.view, this.length, view, 0, length);
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

  /** Forgets the first byte written. */
  dropFirstByte(): void {
    this.bytes.copyWithin(0, 1, this.length--);
  }

  /** What was written, for the caller to keep. The sink goes on with another buffer. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = EMPTY;
    this.view = viewOf(EMPTY);
    this.length = 0;
    return taken;
  }
}
