import type { PackedBytes } from './cluster-messages.ts';

/** A column of numbers. */
type Column = Float64Array | Int32Array | Int8Array | Uint8Array;

/** Makes a column fit for a message. */
export type Pack = (column: Column) => PackedBytes;

/** For channels that carry text only. */
export function packAsText({ buffer, byteOffset, byteLength }: Column): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** For channels that carry bytes. */
export function packAsBytes({ buffer, byteOffset, byteLength }: Column): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The bytes of a packed column, aligned and in memory of their own. */
export function unpack(packed: PackedBytes): ArrayBuffer {
  const bytes = typeof packed === 'string' ? Buffer.from(packed, 'base64') : packed;
  // Small buffers are parts of a pool, at any offset.
  const copy = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(bytes);
  return copy;
}
