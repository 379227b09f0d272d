import {
  ENTRY_HEADER_BYTES,
  ENTRY_WORDS,
  LOG_HEADER_BYTES,
  type LogKind,
  padded,
  PUBLISHED_CELL,
  SEALED_CELL,
} from './log-format.ts';

const BUFFER_BYTES = 64 << 10;
/** UTF-8 bytes of a UTF-16 code unit at most. */
const MOST_BYTES_OF_UNIT = 3;

/**
 * Appends entries to shared memory. An entry is published by one atomic store after it is complete, so a reader never sees half an
 * entry, whatever becomes of this thread. Buffers that are full belong to the reader alone: the log takes no memory once
 * it was read.
 */
export class LogWriter {
  readonly #onBuffer: (buffer: SharedArrayBuffer, index: number) => void;
  #bytes: Buffer = Buffer.alloc(0);
  #words: Int32Array = new Int32Array(LOG_HEADER_BYTES / 4);
  #doubles: Float64Array = new Float64Array(0);
  #used = 0;
  #count = 0;

  /** @param onBuffer - Called for every buffer before anything is published in it. */
  constructor(onBuffer: (buffer: SharedArrayBuffer, index: number) => void) {
    this.#onBuffer = onBuffer;
  }

  /** Buffers so far. */
  get bufferCount(): number {
    return this.#count;
  }

  /**
   * Appends an entry.
   *
   * @param ints - 32-bit integers.
   * @param doubles - Numbers of any kind.
   * @param text - Well-formed Unicode.
   */
  append(kind: LogKind, ints: readonly number[], doubles: readonly number[] = [], text = ''): void {
    const intBytes = padded(ints.length * 4);
    const doubleBytes = doubles.length * 8;
    const most = ENTRY_HEADER_BYTES + intBytes + doubleBytes + padded(text.length * MOST_BYTES_OF_UNIT);
    if (this.#used + most > this.#bytes.length) this.#addBuffer(most);
    const start = this.#used;
    const textStart = start + ENTRY_HEADER_BYTES + intBytes + doubleBytes;
    const textBytes = text === '' ? 0 : this.#bytes.write(text, textStart, 'utf8');
    const end = textStart + padded(textBytes);
    const words = this.#words;
    words.set([end - start, kind, ints.length, doubles.length, textBytes], start >>> 2);
    words.set(ints, (start >>> 2) + ENTRY_WORDS);
    this.#doubles.set(doubles, (start + ENTRY_HEADER_BYTES + intBytes) >>> 3);
    this.#used = end;
    Atomics.store(words, PUBLISHED_CELL, end);
  }

  #addBuffer(leastBytes: number): void {
    const buffer = new SharedArrayBuffer(padded(Math.max(BUFFER_BYTES, LOG_HEADER_BYTES + leastBytes)));
    this.#onBuffer(buffer, this.#count);
    // The next buffer is announced, so a reader that sees this one complete can go on.
    if (this.#count > 0) Atomics.store(this.#words, SEALED_CELL, 1);
    this.#count++;
    this.#bytes = Buffer.from(buffer);
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
    this.#used = LOG_HEADER_BYTES;
  }
}
