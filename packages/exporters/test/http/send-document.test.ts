import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { EncodedChunk } from '@bduf/metrics-exporters';
import { sendDocument } from '../../src/http/send-document.ts';

const CHUNK_BYTES = 100_000;

/** A response whose client takes bytes only when it is told to. */
class SlowResponse extends Writable {
  readonly headers = new Map<string, unknown>();
  taken = 0;
  readonly #takeNext: (() => void)[] = [];

  setHeader(name: string, value: unknown): void {
    this.headers.set(name, value);
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#takeNext.push(() => {
      this.taken += chunk.length;
      done();
    });
  }

  /** Takes whatever is written, as long as anything is. */
  take(): void {
    for (let next = this.#takeNext.shift(); next !== undefined; next = this.#takeNext.shift()) next();
  }
}

/** A document that counts what is rendered of it and what is held. */
class CountedDocument implements Iterator<EncodedChunk> {
  rendered = 0;
  held = 0;
  isClosed = false;
  readonly #chunks: number;

  constructor(chunks: number) {
    this.#chunks = chunks;
  }

  next(): IteratorResult<EncodedChunk> {
    if (this.rendered === this.#chunks) return { done: true, value: undefined };
    this.rendered++;
    const bytes = new Uint8Array(CHUNK_BYTES);
    const hold = () => {
      this.held++;
      return { bytes, release: () => void this.held-- };
    };
    return { done: false, value: { bytes, hold } };
  }

  return(): IteratorResult<EncodedChunk> {
    this.isClosed = true;
    return { done: true, value: undefined };
  }
}

/** Never says that it has drained, as a `ServerResponse` that was corked in many versions of Node.js. */
class SilentResponse extends SlowResponse {
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    return event !== 'drain' && super.emit(event, ...args);
  }
}

function begin(chunks: number, stepMs = 0, res = new SlowResponse()) {
  let nowMs = 0;
  const clock = { monotonicMs: () => (nowMs += stepMs) };
  const document = new CountedDocument(chunks);
  // The response has what is used of a ServerResponse.
  const sent = sendDocument(res as unknown as ServerResponse, document, { clock, coding: undefined });
  return { res, document, sent };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('sendDocument', () => {
  it('renders a megabyte ahead of a client that does not read, and goes on when it does', async () => {
    const { res, document, sent } = begin(100);
    await turns(20);
    expect(document.rendered).toBe(11);
    expect(document.held).toBe(11);
    while (document.rendered < 100 || document.held > 0) {
      res.take();
      await turns(1);
      expect(document.held).toBeLessThanOrEqual(22);
    }
    expect(await sent).toEqual({ byteLength: 100 * CHUNK_BYTES, isComplete: true });
    expect(res.taken).toBe(100 * CHUNK_BYTES);
    expect(res.headers.has('Content-Length')).toBe(false);
  });

  it('goes on when all was taken though the response does not say that it has drained', async () => {
    const { res, document, sent } = begin(30, 0, new SilentResponse());
    while (document.rendered < 30 || document.held > 0) {
      res.take();
      await turns(1);
    }
    expect(await sent).toEqual({ byteLength: 30 * CHUNK_BYTES, isComplete: true });
  });

  it('renders for four milliseconds at a time', async () => {
    // Each look at the clock takes a millisecond: three chunks a slice.
    const { res, document, sent } = begin(10, 1);
    const rendered = [document.rendered];
    while (document.rendered < 10) {
      res.take();
      await turns(1);
      if (document.rendered !== rendered.at(-1)) rendered.push(document.rendered);
    }
    expect(rendered).toEqual([3, 6, 9, 10]);
    await sent;
  });

  it('sends a document that is done at once with its length', async () => {
    const { res, sent } = begin(3);
    expect(await sent).toEqual({ byteLength: 3 * CHUNK_BYTES, isComplete: true });
    expect(res.headers.get('Content-Length')).toBe(3 * CHUNK_BYTES);
  });

  it('stops rendering when the client leaves', async () => {
    const { res, document, sent } = begin(100);
    const before = EventEmitter.listenerCount(new SlowResponse(), 'close');
    await turns(5);
    res.destroy();
    expect(await sent).toMatchObject({ isComplete: false });
    expect(document.rendered).toBe(11);
    expect(document.isClosed).toBe(true);
    expect(EventEmitter.listenerCount(res, 'close')).toBe(before);
  });
});
