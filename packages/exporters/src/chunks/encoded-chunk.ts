import type { EncodeContext, MetricEncoder, MetricFamily } from '@bduf/metrics-core/interfaces';

/** A piece of an encoded document. */
export interface EncodedChunk {
  /** The bytes. Unless they are held, a later document of the same encoder may change them. */
  readonly bytes: Uint8Array;
  /** Keeps the bytes as they are until they are released, for instance while a socket still has to send them. */
  hold(): HeldChunk;
}

/** Bytes that stay as they are. */
export interface HeldChunk {
  /** The bytes. */
  readonly bytes: Uint8Array;
  /** Gives the bytes back. Further calls change nothing. */
  release(): void;
}

/** An encoder whose chunks can be held without a copy, where it keeps them anyway. */
export interface ChunkEncoder extends MetricEncoder {
  /** As `encode`, in chunks that can be held. */
  encodeChunks(families: readonly MetricFamily[], context: EncodeContext): Iterable<EncodedChunk>;
}

/** A chunk of bytes that nobody will change. */
export function lastingChunk(bytes: Uint8Array): EncodedChunk {
  const chunk = { bytes, hold: () => chunk, release: () => undefined };
  return chunk;
}

/**
 * The bytes of chunks.
 *
 * @yields Bytes, valid until another document is encoded.
 */
export function* bytesOf(chunks: Iterable<EncodedChunk>): Generator<Uint8Array, void, undefined> {
  for (const { bytes } of chunks) yield bytes;
}
