import { Buffer } from 'node:buffer';

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const DOUBLE_BYTES = 8;

/** Bytes of a varint; numbers up to 2^53. */
function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes += 1;
  return bytes;
}

/** Writes protobuf messages, field by field, into memory that grows and is used again. */
export class ProtoWriter {
  #bytes = Buffer.allocUnsafe(1024);
  #length = 0;

  /** A varint field: whole numbers from 0 to 2^53. */
  uint(field: number, value: number): void {
    this.#reserve(20);
    this.#varint(field * 8 + VARINT);
    this.#varint(value);
  }

  /** A double field. */
  double(field: number, value: number): void {
    this.#reserve(10 + DOUBLE_BYTES);
    this.#varint(field * 8 + FIXED64);
    this.#length = this.#bytes.writeDoubleLE(value, this.#length);
  }

  /** A text field. */
  text(field: number, value: string): void {
    const size = Buffer.byteLength(value);
    this.#reserve(20 + size);
    this.#varint(field * 8 + LENGTH_DELIMITED);
    this.#varint(size);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** A field that holds a message which is written already. */
  message(field: number, content: Uint8Array): void {
    this.#reserve(20 + content.byteLength);
    this.#varint(field * 8 + LENGTH_DELIMITED);
    this.#varint(content.byteLength);
    this.#bytes.set(content, this.#length);
    this.#length += content.byteLength;
  }

  /** A copy of what was written; the writer is empty afterwards. */
  take(): Uint8Array {
    const taken = Uint8Array.prototype.slice.call(this.#bytes, 0, this.#length);
    this.#length = 0;
    return taken;
  }

  #varint(value: number): void {
    let rest = value;
    for (let left = varintBytes(value); left > 1; left--) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + size));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
