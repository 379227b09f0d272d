import { ByteSink } from '../bytes/byte-sink.ts';

/** Wire types of Protocol Buffers. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
/** Most bytes of a varint of 64 bits. */
const MAX_VARINT = 10;

/** Writes Protocol Buffers. Fields at their default are left to the caller to omit. */
export class ProtoSink extends ByteSink {
  /** Writes a varint. */
  varint(value: number): void {
    this.reserve(MAX_VARINT);
    let rest = value;
    // Division instead of shifts: counts go beyond 2^32, and doubles divide by 128 without loss.
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  /** Writes a field of type `uint64`, `uint32` or an enumeration. */
  unsigned(field: number, value: number): void {
    this.varint(field * 8 + VARINT);
    this.varint(value);
  }

  /** Writes a field of type `sint64` or `sint32`. */
  signed(field: number, value: number): void {
    this.unsigned(field, zigzag(value));
  }

  /** Writes a field of type `double`. */
  double(field: number, value: number): void {
    this.varint(field * 8 + FIXED64);
    this.reserve(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Writes a field of type `string`. */
  string(field: number, value: string): void {
    const start = this.begin(field);
    this.text(value);
    this.end(start);
  }

  /**
   * Begins a field whose length is known only at its end: a message, a string, packed numbers.
   *
   * @returns What {@link end} needs.
   */
  begin(field: number): number {
    this.varint(field * 8 + LENGTH_DELIMITED);
    this.reserve(1);
    return ++this.length;
  }

  /** Ends a field that was begun. Its length takes one byte for most; otherwise the content is moved to make room. */
  end(start: number): void {
    const count = this.length - start;
    if (count < 128) {
      this.bytes[start - 1] = count;
      return;
    }
    this.reserve(MAX_VARINT);
    this.length = start - 1;
    this.bytes.copyWithin(start - 1 + varintLength(count), start, start + count);
    this.varint(count);
    this.length += count;
  }
}

/** Maps signed integers to unsigned ones, small to small. */
export function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}
