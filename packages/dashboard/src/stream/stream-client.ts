import type { ServerResponse } from 'node:http';

/** Bytes that may wait for a client before frames are left out. */
const MAX_WAITING_BYTES = 256 * 1024;

/** One browser that looks. */
export class StreamClient {
  readonly #res: ServerResponse;
  /** The last frame it was sent; -1 before the snapshot. */
  seq = -1;
  /** How many series it was told of. */
  knownSeries = 0;
  /** Frames that it did not get because it was slow. */
  skipped = 0;

  constructor(res: ServerResponse) {
    this.#res = res;
  }

  /** Whether so much waits for it that more would only make it later. */
  get isSlow(): boolean {
    return this.#res.writableLength > MAX_WAITING_BYTES;
  }

  /** Sends bytes that may be shared with other clients. */
  write(bytes: Uint8Array): void {
    this.#res.write(bytes);
  }

  /** Says good-bye. */
  end(): void {
    this.#res.end();
  }
}
