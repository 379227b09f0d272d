/*
 * The block format of snappy (google/snappy, format_description.txt): the length of the data, then literals and copies of
 * what came before.
 *
 * Repeats are found as the reference does: a table remembers where the hash of four bytes was seen last, within fragments
 * of 64 KiB so that positions fit 16 bits. Where nothing repeats, the search takes longer and longer steps.
 */

const FRAGMENT_BYTES = 65_536;
const TABLE_BITS = 14;
/** Four bytes are the shortest copy that pays. */
const LEAST_MATCH = 4;
/** After this many misses in a row the step grows by one byte. */
const MISSES_PER_STEP = 32;
/** A copy with one byte of offset holds 4 to 11 bytes, at most this far away. */
const SHORT_COPY_END = 12;
const SHORT_COPY_OFFSETS = 2048;
const LONGEST_COPY = 64;
/** Up to here the length of a literal is part of its tag. */
const SHORT_LITERAL_END = 60;

/** Compresses data into one block. Never fails; what does not compress grows by at most a sixth. */
export function compressSnappy(data: Uint8Array): Uint8Array {
  return new SnappyBlock(data).compress();
}

class SnappyBlock {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #out: Uint8Array;
  readonly #table = new Uint16Array(1 << TABLE_BITS);
  #length = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    // The reference's bound for data that does not compress.
    this.#out = new Uint8Array(32 + data.length + Math.ceil(data.length / 6));
  }

  compress(): Uint8Array {
    let rest = this.#data.length;
    for (; rest >= 0x80; rest >>>= 7) this.#byte((rest & 0x7f) | 0x80);
    this.#byte(rest);
    for (let start = 0; start < this.#data.length; start += FRAGMENT_BYTES) {
      this.#fragment(start, Math.min(start + FRAGMENT_BYTES, this.#data.length));
    }
    return this.#out.subarray(0, this.#length);
  }

  #fragment(start: number, end: number): void {
    this.#table.fill(0);
    let literalStart = start;
    let misses = 0;
    // The first place is where the table points when it knows nothing, so no copy may begin there.
    for (let at = start + 1; at + LEAST_MATCH <= end;) {
      const candidate = this.#remember(start, at);
      if (this.#view.getUint32(candidate, true) === this.#view.getUint32(at, true)) {
        this.#literal(literalStart, at);
        const length = this.#matchLength(candidate, at, end);
        this.#copy(at - candidate, length);
        at += length;
        literalStart = at;
        misses = 0;
      } else {
        misses += 1;
        at += 1 + Math.floor(misses / MISSES_PER_STEP);
      }
    }
    this.#literal(literalStart, end);
  }

  /** Notes a place, and gives the one before it with the same hash. */
  #remember(start: number, at: number): number {
    const hash = Math.imul(this.#view.getUint32(at, true), 0x1e35a7bd) >>> (32 - TABLE_BITS);
    const before = start + (this.#table[hash] ?? 0);
    this.#table[hash] = at - start;
    return before;
  }

  #matchLength(candidate: number, at: number, end: number): number {
    let length = LEAST_MATCH;
    while (at + length < end && this.#data[candidate + length] === this.#data[at + length]) length += 1;
    return length;
  }

  #literal(start: number, end: number): void {
    const length = end - start;
    if (length === 0) return;
    const coded = length - 1;
    if (coded < SHORT_LITERAL_END) {
      this.#byte(coded << 2);
    } else if (coded < 0x100) {
      this.#byte(SHORT_LITERAL_END << 2);
      this.#byte(coded);
    } else {
      // Fragments are no longer than two bytes can say.
      this.#byte((SHORT_LITERAL_END + 1) << 2);
      this.#byte(coded & 0xff);
      this.#byte(coded >>> 8);
    }
    this.#out.set(this.#data.subarray(start, end), this.#length);
    this.#length += length;
  }

  #copy(offset: number, length: number): void {
    let rest = length;
    while (rest > 0) {
      // A rest of less than four bytes could not be a short copy.
      const longest =
        rest > LONGEST_COPY && rest < LONGEST_COPY + LEAST_MATCH ? LONGEST_COPY - LEAST_MATCH : LONGEST_COPY;
      const part = Math.min(rest, longest);
      if (part < SHORT_COPY_END && offset < SHORT_COPY_OFFSETS) {
        this.#byte(1 | ((part - LEAST_MATCH) << 2) | ((offset >>> 8) << 5));
        this.#byte(offset & 0xff);
      } else {
        this.#byte(2 | ((part - 1) << 2));
        this.#byte(offset & 0xff);
        this.#byte(offset >>> 8);
      }
      rest -= part;
    }
  }

  #byte(value: number): void {
    this.#out[this.#length++] = value;
  }
}
