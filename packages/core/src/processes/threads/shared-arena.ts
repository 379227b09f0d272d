/** Where an array lies in the memory of an arena. */
export interface SharedPlace {
  /** Number of the buffer. */
  readonly memory: number;
  /** Bytes before it. */
  readonly byteOffset: number;
  /** Numbers in it. */
  readonly length: number;
}

const FIRST_BUFFER_BYTES = 64 << 10;
const LARGEST_BUFFER_BYTES = 4 << 20;
const BYTES_PER_NUMBER = Float64Array.BYTES_PER_ELEMENT;
/** Arrays that were freed after one before it is given out again, so that a reader who still looks at it notices. */
const QUARANTINE = 64;

/**
 * Hands out arrays of numbers in shared memory. It takes buffers as it needs them, each announced before use, so that nothing has
 * to be reserved; lengths are rounded up to powers of two, so that arrays that were freed fit again.
 */
export class SharedArena {
  readonly #maxBytes: number;
  readonly #onBuffer: (buffer: SharedArrayBuffer, index: number) => void;
  readonly #buffers = new Map<ArrayBufferLike, number>();
  /** Arrays to give out again, by capacity. */
  readonly #free = new Map<number, Float64Array[]>();
  readonly #quarantine: Float64Array[] = [];
  #current: SharedArrayBuffer = new SharedArrayBuffer(0);
  #used = 0;
  #totalBytes = 0;

  /**
   * @param maxBytes - Beyond it `isFull` is set; what has to be allocated still is.
   * @param onBuffer - Called for every buffer before anything lies in it.
   */
  constructor(maxBytes: number, onBuffer: (buffer: SharedArrayBuffer, index: number) => void) {
    this.#maxBytes = maxBytes;
    this.#onBuffer = onBuffer;
  }

  /** Whether nothing that can be avoided should be allocated any more. */
  get isFull(): boolean {
    return this.#totalBytes >= this.#maxBytes && this.#used + FIRST_BUFFER_BYTES > this.#current.byteLength;
  }

  /** All buffers, by number. */
  get buffers(): readonly SharedArrayBuffer[] {
    // Only shared buffers are put in, in the order of their numbers.
    return [...this.#buffers.keys()] as SharedArrayBuffer[];
  }

  /** An array of zeros. */
  allocate(length: number): Float64Array {
    const capacity = capacityOf(length);
    const known = this.#free.get(capacity)?.pop();
    if (known !== undefined) return new Float64Array(known.buffer, known.byteOffset, length).fill(0);
    const bytes = capacity * BYTES_PER_NUMBER;
    if (this.#used + bytes > this.#current.byteLength) this.#addBuffer(bytes);
    const array = new Float64Array(this.#current, this.#used, length);
    this.#used += bytes;
    return array;
  }

  /** Takes back an array that nobody writes any more. */
  free(array: Float64Array): void {
    if (array.length === 0) return;
    this.#quarantine.push(array);
    if (this.#quarantine.length <= QUARANTINE) return;
    const oldest = this.#quarantine.shift();
    if (oldest === undefined) return;
    const capacity = capacityOf(oldest.length);
    const free = this.#free.get(capacity) ?? [];
    free.push(oldest);
    this.#free.set(capacity, free);
  }

  /** Where an array lies. Arrays without numbers lie nowhere in particular. */
  placeOf({ buffer, byteOffset, length }: Float64Array): SharedPlace {
    return { memory: this.#buffers.get(buffer) ?? 0, byteOffset, length };
  }

  #addBuffer(leastBytes: number): void {
    const nextBytes = Math.min(LARGEST_BUFFER_BYTES, Math.max(FIRST_BUFFER_BYTES, this.#totalBytes));
    const buffer = new SharedArrayBuffer(Math.max(nextBytes, leastBytes));
    const index = this.#buffers.size;
    this.#onBuffer(buffer, index);
    this.#buffers.set(buffer, index);
    this.#current = buffer;
    this.#used = 0;
    this.#totalBytes += buffer.byteLength;
  }
}

function capacityOf(length: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, length)));
}
