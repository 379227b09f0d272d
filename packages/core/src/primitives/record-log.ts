import { crc32 } from 'node:zlib';

const NEWLINE = 10;
const CHECKSUM_LENGTH = 8;

/** What a log holds. */
export interface RecordLogContent {
  /** Records that are whole, in order. */
  readonly records: readonly unknown[];
  /** Bytes up to the end of the last whole line: append behind it, and cut off what follows. */
  readonly validLength: number;
  /** Lines in the middle that are damaged and were left out. */
  readonly damagedLines: number;
  /** Whether the last line was not written to its end, which is what a crash leaves. */
  readonly isTorn: boolean;
}

/**
 * One record as a line of an append-only log: CRC-32 of the JSON text, a space, the JSON text.
 *
 * @param record - Anything that JSON can hold.
 */
export function recordLogLine(record: unknown): string {
  // What JSON cannot hold has no text, whatever the type of `stringify` says.
  const text = (JSON.stringify(record) as string | undefined) ?? 'null';
  return `${checksumOf(text)} ${text}\n`;
}

/**
 * Reads a log that may have been cut off at any byte. A last line that is not whole is left out: it was never kept. A damaged
 * line in the middle is left out, too, and counted.
 *
 * @param bytes - The whole log.
 */
export function readRecordLog(bytes: Uint8Array): RecordLogContent {
  const decoder = new TextDecoder();
  const records: unknown[] = [];
  let validLength = 0;
  let damagedLines = 0;
  let pendingDamage = 0;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    const record = newline === -1 ? undefined : recordOf(decoder.decode(bytes.subarray(start, end)));
    start = end + 1;
    if (record === undefined) {
      pendingDamage++;
      continue;
    }
    // Damage with something whole behind it is not the end of the log.
    damagedLines += pendingDamage;
    pendingDamage = 0;
    records.push(record.value);
    validLength = start;
  }
  return { records, validLength, damagedLines, isTorn: pendingDamage > 0 };
}

function recordOf(line: string): { readonly value: unknown } | undefined {
  const text = line.slice(CHECKSUM_LENGTH + 1);
  if (line[CHECKSUM_LENGTH] !== ' ' || line.slice(0, CHECKSUM_LENGTH) !== checksumOf(text)) return undefined;
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function checksumOf(text: string): string {
  return crc32(text).toString(16).padStart(CHECKSUM_LENGTH, '0');
}
