import { Buffer } from 'node:buffer';
import type { EncodedChunk, HeldChunk } from '../chunks/encoded-chunk.ts';

/** The rendered bytes of a page. Whoever sends them holds them meanwhile; then they must not be written to. */
export class PageBytes implements EncodedChunk {
  readonly bytes: Uint8Array;
  /** The bytes with room to grow. */
  readonly storage: Buffer;
  #holders = 0;

  /**
   * @param storage - Owned from now on.
   * @param length - How many of its bytes are rendered.
   */
  constructor(storage: Buffer, length: number) {
    this.storage = storage;
    this.bytes = storage.subarray(0, length);
  }

  /** A copy of rendered bytes, with some room to grow. */
  static copyOf(bytes: Uint8Array, room: number): PageBytes {
    const storage = Buffer.allocUnsafeSlow(bytes.length + room);
    storage.set(bytes);
    return new PageBytes(storage, bytes.length);
  }

  /** Whether somebody still needs the bytes as they are. */
  get isHeld(): boolean {
    return this.#holders > 0;
  }

  hold(): HeldChunk {
    this.retain();
    let isReleased = false;
    const release = (): void => {
      if (!isReleased) this.release();
      isReleased = true;
    };
    return { bytes: this.bytes, release };
  }

  /** As {@link hold}, for those who surely release once. */
  retain(): void {
    this.#holders++;
  }

  /** Undoes one {@link retain}. */
  release(): void {
    this.#holders--;
  }
}
