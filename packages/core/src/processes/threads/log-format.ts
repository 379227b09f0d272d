/**
 * Layout of a log buffer: two 32-bit cells (published bytes; 1 when no more entries come), then entries. An entry is a
 * header of six 32-bit words (bytes in all, kind, number of integers, number of doubles, bytes of text, nothing), 32-bit
 * integers, doubles and UTF-8 text, each part padded to eight bytes. A published entry never changes.
 */
export const LOG_HEADER_BYTES = 8;
/** Cell of the number of bytes published. */
export const PUBLISHED_CELL = 0;
/** Cell that tells that the buffer is complete. */
export const SEALED_CELL = 1;
/** Words of the header of an entry. */
export const ENTRY_WORDS = 6;
/** Bytes of the header of an entry. */
export const ENTRY_HEADER_BYTES: number = ENTRY_WORDS * 4;

/** What an entry tells. Its first integer is the number of the metric. */
export const LogKind = {
  /** A metric exists. Text: JSON of a `MetricHead`. */
  METRIC: 1,
  /** A metric was unregistered. */
  METRIC_GONE: 2,
  /** Integers: chunk, place (memory, byte offset, length). */
  CHUNK: 3,
  /** Integers: label, id. Text: the value. */
  VALUE: 4,
  /** Integers: row, label ids. Double: creation time. */
  ROW: 5,
  /** Integer: row. */
  HIDDEN: 6,
  /** Integer: row. Double: creation time. */
  SHOWN: 7,
  /** Integers: row, slice, schema, place of zeros, place and base of positive counts, of negative counts. */
  SKETCH: 8,
  /** Integers: row, place of the array of held slices. Double: end of slice 0. */
  SLICES: 9,
} as const;
/** What an entry tells. */
export type LogKind = (typeof LogKind)[keyof typeof LogKind];

/** Rounds up to a multiple of eight. */
export function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}
