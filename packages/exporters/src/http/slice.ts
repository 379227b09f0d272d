import type { Clock } from '@bduf/metrics-core/interfaces';
import type { EncodedChunk, HeldChunk } from '../chunks/encoded-chunk.ts';

/** How long rendering may keep the event loop at a time. With the chunk that exceeds it, 5 ms. */
const SLICE_MS = 4;
/** Bytes rendered ahead of the connection. */
const SLICE_BYTES = 1024 * 1024;

/** A part of a document, rendered without a pause. */
export interface Slice {
  /** Its chunks, held until they are sent. */
  readonly chunks: readonly HeldChunk[];
  /** Bytes of all chunks. */
  readonly byteLength: number;
  /** Whether the document ends with it. */
  readonly isLast: boolean;
}

/** Renders on until a slice is full. */
export function takeSlice(document: Iterator<EncodedChunk>, clock: Pick<Clock, 'monotonicMs'>): Slice {
  const endMs = clock.monotonicMs() + SLICE_MS;
  const chunks: HeldChunk[] = [];
  let byteLength = 0;
  while (byteLength < SLICE_BYTES && clock.monotonicMs() < endMs) {
    const next = document.next();
    if (next.done === true) return { chunks, byteLength, isLast: true };
    if (next.value.bytes.length === 0) continue;
    chunks.push(next.value.hold());
    byteLength += next.value.bytes.length;
  }
  return { chunks, byteLength, isLast: false };
}
