import { Buffer } from 'node:buffer';

/** Bytes that {@link copyWords} may read or write beyond what it copies. */
export const WORD_SLACK = 3;

/** A text as UTF-8, or other bytes, to be copied often. */
export interface ByteText {
  /** The bytes, and {@link WORD_SLACK} more. */
  readonly view: DataView;
  /** How many bytes the text has. */
  readonly length: number;
}

/** Prepares a text, or bytes, for copying. */
export function byteText(content: string | Uint8Array): ByteText {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const padded = Buffer.alloc(bytes.length + WORD_SLACK);
  padded.set(bytes);
  return { view: viewOf(padded), length: bytes.length };
}

/** A view of the same bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Copies bytes four at a time. The pieces of a metric line have 5 to 50 bytes: too few for a native copy, whose call
 * costs 90 ns, and bytewise they would take twice as long as like this (see tooling/bench/exposition/copy.mjs).
 *
 * Up to {@link WORD_SLACK} bytes after the copied ones are read, and overwritten in the target.
 *
 * @returns The position after the last byte copied.
 */
export function copyWords(target: DataView, at: number, source: DataView, from: number, count: number): number {
  for (let i = 0; i < count; i += 4) target.setInt32(at + i, source.getInt32(from + i, true), true);
  return at + count;
}
