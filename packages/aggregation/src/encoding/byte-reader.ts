/** Reads what a `ByteWriter` wrote. */
export class ByteReader {
  /** All bytes. */
  readonly bytes: Uint8Array;
  /** Place of the next byte. */
  at: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads one byte. */
  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  /** Reads an integer from 0 to 2^53 - 1. */
  varint(): number {
    let value = 0;
    let factor = 1;
    let byte = this.byte();
    while (byte >= 0x80) {
      value += (byte - 0x80) * factor;
      factor *= 0x80;
      byte = this.byte();
    }
    return value + byte * factor;
  }

  /** Reads an integer of either sign. */
  signed(): number {
    const value = this.varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  /** Reads a double. */
  float(): number {
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }
}
