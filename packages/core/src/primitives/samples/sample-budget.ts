/** Bytes that several buffers share. */
export class SampleBudget {
  /** The most that may be in use. */
  readonly maxBytes: number;
  #used = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Bytes in use. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Takes bytes, if there are so many. */
  tryTake(bytes: number): boolean {
    if (this.#used + bytes > this.maxBytes) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives bytes back. */
  giveBack(bytes: number): void {
    this.#used -= bytes;
  }
}
