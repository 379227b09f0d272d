import { Buffer } from 'node:buffer';
import type { ParcelItem } from '../delivery/pack-parcels.ts';

const LINE_FEED = 0x0a;

/**
 * Splits chunks of whole lines into lines.
 *
 * @yields Copies of the lines, each with its line feed.
 */
export function* splitLines(chunks: Iterable<Uint8Array>): Generator<ParcelItem, void, undefined> {
  for (const chunk of chunks) {
    // A chunk is overwritten by the next one, hence the copy.
    const bytes = Buffer.from(chunk);
    for (let start = 0; start < bytes.length;) {
      const feed = bytes.indexOf(LINE_FEED, start);
      const end = feed < 0 ? bytes.length : feed + 1;
      yield { bytes: bytes.subarray(start, end), points: 1 };
      start = end;
    }
  }
}
