import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import type { Clock } from '@bduf/metrics-core/interfaces';
import type { EncodedChunk } from '../chunks/encoded-chunk.ts';
import { type ContentCoding, createCompressor } from './content-coding.ts';
import { type Slice, takeSlice } from './slice.ts';

/** A smaller document is sent as it is: compressing it costs more than it saves. */
const LEAST_COMPRESSED_BYTES = 1024;

/** How a document is sent. */
export interface SendOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Compression the client accepts. */
  readonly coding: ContentCoding | undefined;
}

/** What became of a document. */
export interface Sent {
  /** Bytes rendered, before compression. */
  readonly byteLength: number;
  /** False when the client left before all was handed to the connection. */
  readonly isComplete: boolean;
}

/**
 * Renders a document and sends it meanwhile. Rendering pauses every few milliseconds, so that the event loop is never
 * blocked long, and whenever the client is slow, so that at most a megabyte waits for it. A document that is done in the
 * first slice is sent with its length.
 */
export async function sendDocument(
  res: ServerResponse,
  document: Iterator<EncodedChunk>,
  { clock, coding }: SendOptions,
): Promise<Sent> {
  let slice = takeSlice(document, clock);
  const isCompressed = coding !== undefined && (!slice.isLast || slice.byteLength >= LEAST_COMPRESSED_BYTES);
  const body = isCompressed ? compressed(res, coding) : res;
  if (slice.isLast && !isCompressed) res.setHeader('Content-Length', slice.byteLength);
  const hasLeft = (): boolean => res.destroyed;
  let { byteLength } = slice;
  let sent = writeSlice(body, slice);
  while (!slice.isLast && !hasLeft()) {
    // oxlint-disable-next-line no-await-in-loop -- One slice after the other is the point.
    await turn(body, sent);
    if (hasLeft()) break;
    slice = takeSlice(document, clock);
    byteLength += slice.byteLength;
    sent = writeSlice(body, slice);
  }
  const isComplete = !hasLeft();
  if (isComplete) body.end();
  else document.return?.();
  return { byteLength, isComplete };
}

function compressed(res: ServerResponse, coding: ContentCoding): Writable {
  const compressor = createCompressor(coding);
  res.setHeader('Content-Encoding', coding);
  compressor.on('error', () => res.destroy());
  res.on('close', () => compressor.destroy());
  compressor.pipe(res);
  return compressor;
}

/**
 * Hands a slice over as one write. Its chunks are released when they have left for the kernel or the compressor.
 *
 * @returns Settles when all have.
 */
async function writeSlice(body: Writable, { chunks }: Slice): Promise<void> {
  return new Promise((resolve) => {
    let waiting = chunks.length;
    if (waiting === 0) resolve();
    body.cork();
    for (const chunk of chunks) {
      body.write(chunk.bytes, () => {
        chunk.release();
        if (--waiting === 0) resolve();
      });
    }
    body.uncork();
  });
}

/**
 * Lets the event loop turn, and waits until the body takes more or is closed.
 *
 * What was sent tells, not the event `drain`: a `ServerResponse` of many versions of Node.js never emits it after `uncork`
 * (nodejs/node#60432).
 */
async function turn(body: Writable, sent: Promise<void>): Promise<void> {
  if (body.writableNeedDrain) {
    await new Promise<void>((resolve) => {
      body.once('close', resolve);
      void sent.finally(() => body.off('close', resolve)).then(resolve);
    });
  }
  await setImmediate();
}
