import { Buffer } from 'node:buffer';

/** A document as text. */
export function decodeDocument(chunks: Iterable<Uint8Array>): string {
  return Buffer.concat([...chunks]).toString('utf8');
}
