import { Buffer } from 'node:buffer';

/** The length of a payload stands before it as 32 bits, little-endian, as DogStatsD does on stream sockets. */
const LENGTH_BYTES = 4;

/** Payloads one after another, each with its length before it. */
export function framePayloads(payloads: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    payloads.flatMap((payload) => {
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32LE(payload.byteLength);
      return [length, payload];
    }),
  );
}

/** The payloads of {@link framePayloads}; views into it. */
export function unframePayloads(frames: Uint8Array): readonly Uint8Array[] {
  const bytes = Buffer.from(frames.buffer, frames.byteOffset, frames.byteLength);
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const start = at + LENGTH_BYTES;
    at = start + bytes.readUInt32LE(at);
    payloads.push(bytes.subarray(start, at));
  }
  return payloads;
}
