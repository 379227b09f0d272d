import {
  ENTRY_HEADER_BYTES,
  ENTRY_WORDS,
  LOG_HEADER_BYTES,
  type LogKind,
  padded,
  PUBLISHED_CELL,
  SEALED_CELL,
} from './log-format.ts';

/** An entry as it was appended. */
export interface LogEntry {
  readonly kind: LogKind;
  /** A view; valid while it is visited. */
  readonly ints: Int32Array;
  /** A view; valid while it is visited. */
  readonly doubles: Float64Array;
  readonly text: string;
}

interface LogBuffer {
  readonly buffer: SharedArrayBuffer;
  readonly words: Int32Array;
  /** Bytes read so far. */
  at: number;
}

/** Reads what a `LogWriter` of another thread has published so far. */
export class LogReader {
  readonly #buffers: LogBuffer[] = [];
  #readBuffers = 0;

  /** Buffers read to their end. */
  get readBuffers(): number {
    return this.#readBuffers;
  }

  /** Takes the next buffer of the log. */
  add(buffer: SharedArrayBuffer): void {
    this.#buffers.push({ buffer, words: new Int32Array(buffer), at: LOG_HEADER_BYTES });
  }

  /**
   * Visits the entries that are new.
   *
   * @param pull - Called where the next buffer was announced but not added yet; adds it.
   */
  drain(visit: (entry: LogEntry) => void, pull: () => void): void {
    for (;;) {
      const log = this.#buffers[0];
      if (log === undefined) return;
      // Sealed is looked at first: what was published before it is then complete.
      const isSealed = Atomics.load(log.words, SEALED_CELL) === 1;
      const end = Atomics.load(log.words, PUBLISHED_CELL);
      while (log.at < end) log.at += visitEntry(log, visit);
      if (!isSealed) return;
      if (this.#buffers.length === 1) pull();
      if (this.#buffers.length === 1) return;
      this.#buffers.shift();
      this.#readBuffers++;
    }
  }
}

/** Visits one entry; returns its bytes. */
function visitEntry({ buffer, words, at }: LogBuffer, visit: (entry: LogEntry) => void): number {
  const word = at >>> 2;
  const [bytes = 0, kind = 0, intCount = 0, doubleCount = 0, textBytes = 0] = words.subarray(word, word + ENTRY_WORDS);
  const intStart = at + ENTRY_HEADER_BYTES;
  const doubleStart = intStart + padded(intCount * 4);
  const textStart = doubleStart + doubleCount * 8;
  visit({
    // Only `LogWriter` writes kinds.
    kind: kind as LogKind,
    ints: new Int32Array(buffer, intStart, intCount),
    doubles: new Float64Array(buffer, doubleStart, doubleCount),
    text: textBytes === 0 ? '' : Buffer.from(buffer, textStart, textBytes).toString('utf8'),
  });
  return bytes;
}
