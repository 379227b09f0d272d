import type { EncodedChunk } from './encoded-chunk.ts';

/** A chunk that shows all but the first byte of another. */
export function withoutFirstByte(chunk: EncodedChunk): EncodedChunk {
  return {
    bytes: chunk.bytes.subarray(1),
    hold() {
      const held = chunk.hold();
      return { bytes: held.bytes.subarray(1), release: () => held.release() };
    },
  };
}
