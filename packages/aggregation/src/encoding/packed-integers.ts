/**
 * Integers in as many bits each as most of them need. Few that need more leave their upper bits in a list of exceptions, so that
 * one outlier does not widen all (patched frame of reference: Zukowski, Héman, Nes, Boncz, ICDE 2006).
 *
 * Layout: width · number of exceptions · for each the distance to the one before and its upper bits · all lower bits.
 */
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

const WORD = 2 ** 32;
/** Widest packed integer; upper bits of wider ones are exceptions. */
const MAX_WIDTH = 32;

const counts = new Uint32Array(54);

/** How integers are packed. */
export interface Packing {
  /** Bits of each, 0 … 32. */
  readonly width: number;
  /** How many need more. */
  readonly exceptions: number;
}

/** Bits that an integer from 0 to 2^53 - 1 needs. */
export function bitsOf(value: number): number {
  return value < WORD ? 32 - Math.clz32(value) : 64 - Math.clz32(value / WORD);
}

/**
 * The width that gives the fewest bytes.
 *
 * @param greatest - The greatest of the integers.
 */
export function bestPacking(values: Float64Array, count: number, greatest: number): Packing {
  const widest = bitsOf(greatest);
  // Outliers among so few bits are not worth looking for.
  if (widest <= 1) return { width: widest, exceptions: 0 };
  countWidths(values, count, greatest);
  let best: Packing = { width: MAX_WIDTH, exceptions: 0 };
  let least = Infinity;
  let exceptions = 0;
  let extraBytes = 0;
  for (let width = widest; width >= 0; width--) {
    // An exception takes a byte for its place, and one for each 7 bits that it has too many.
    extraBytes += exceptions / 7;
    const bytes = (count * width) / 8 + extraBytes + 1.5 * exceptions;
    if (width <= MAX_WIDTH && bytes < least) {
      least = bytes;
      best = { width, exceptions };
    }
    exceptions += counts[width] ?? 0;
  }
  return best;
}

function countWidths(values: Float64Array, count: number, greatest: number): void {
  counts.fill(0);
  if (greatest < WORD) {
    for (let index = 0; index < count; index++) {
      const width = 32 - Math.clz32((values[index] ?? 0) >>> 0);
      counts[width] = (counts[width] ?? 0) + 1;
    }
    return;
  }
  for (let index = 0; index < count; index++) {
    const width = bitsOf(values[index] ?? 0);
    counts[width] = (counts[width] ?? 0) + 1;
  }
}

/** Writes integers from 0 to 2^53 - 1. */
export function writePacked(writer: ByteWriter, values: Float64Array, count: number, packing: Packing): void {
  const { width, exceptions } = packing;
  writer.byte(width);
  writer.varint(exceptions);
  if (exceptions > 0) writeExceptions(writer, values, count, width);
  const bytes = writer.reserve(Math.ceil((count * width) / 8) + 8);
  const start = writer.length;
  writer.advance(packInto(bytes, start, { values, count, width }) - start);
}

/** Reads integers to the front of `values`. */
export function readPacked(reader: ByteReader, values: Float64Array, count: number): void {
  const width = reader.byte();
  const exceptions = reader.varint();
  const first = reader.at;
  for (let index = 0; index < exceptions; index++) {
    reader.varint();
    reader.varint();
  }
  reader.at = unpackFrom(reader.bytes, reader.at, { values, count, width });
  if (exceptions === 0) return;
  const end = reader.at;
  reader.at = first;
  const unit = 2 ** width;
  let place = -1;
  for (let index = 0; index < exceptions; index++) {
    place += reader.varint() + 1;
    values[place] = (values[place] ?? 0) + reader.varint() * unit;
  }
  reader.at = end;
}

function writeExceptions(writer: ByteWriter, values: Float64Array, count: number, width: number): void {
  const unit = 2 ** width;
  let before = -1;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? 0;
    if (value < unit) continue;
    writer.varint(index - before - 1);
    writer.varint(Math.floor(value / unit));
    before = index;
  }
}

interface PackedRun {
  readonly values: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** Lower bits of each value, least significant first. Returns the place after them. */
function packInto(bytes: Uint8Array, start: number, run: PackedRun): number {
  if (run.width === 0) return start;
  if (run.width === MAX_WIDTH) return storeWords(bytes, start, run);
  const { values, count, width } = run;
  let at = start;
  let pending = 0;
  let bits = 0;
  // 31 bits are what a small integer of V8 holds beside the up to 7 pending ones. Masks by shifts: V8 takes `2 ** n` for a call.
  const low = Math.min(width, 16);
  const lowMask = (1 << low) - 1;
  const high = width - low;
  const highMask = (1 << high) - 1;
  for (let index = 0; index < count; index++) {
    const value = (values[index] ?? 0) >>> 0;
    pending |= (value & lowMask) << bits;
    bits += low;
    while (bits >= 8) {
      bytes[at++] = pending;
      pending >>>= 8;
      bits -= 8;
    }
    if (high === 0) continue;
    pending |= ((value >>> low) & highMask) << bits;
    bits += high;
    while (bits >= 8) {
      bytes[at++] = pending;
      pending >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) bytes[at++] = pending;
  return at;
}

function unpackFrom(bytes: Uint8Array, start: number, run: PackedRun): number {
  const { values, count, width } = run;
  if (width === 0) {
    values.fill(0, 0, count);
    return start;
  }
  if (width === MAX_WIDTH) return loadWords(bytes, start, run);
  let at = start;
  let pending = 0;
  let bits = 0;
  const low = Math.min(width, 16);
  const lowMask = (1 << low) - 1;
  const high = width - low;
  const highMask = (1 << high) - 1;
  for (let index = 0; index < count; index++) {
    while (bits < low) {
      pending |= (bytes[at++] ?? 0) << bits;
      bits += 8;
    }
    let value = pending & lowMask;
    pending >>>= low;
    bits -= low;
    if (high > 0) {
      while (bits < high) {
        pending |= (bytes[at++] ?? 0) << bits;
        bits += 8;
      }
      value |= (pending & highMask) << low;
      pending >>>= high;
      bits -= high;
    }
    values[index] = value >>> 0;
  }
  return at;
}

function storeWords(bytes: Uint8Array, start: number, { values, count }: PackedRun): number {
  let at = start;
  for (let index = 0; index < count; index++) {
    const value = (values[index] ?? 0) >>> 0;
    bytes[at] = value;
    bytes[at + 1] = value >>> 8;
    bytes[at + 2] = value >>> 16;
    bytes[at + 3] = value >>> 24;
    at += 4;
  }
  return at;
}

function loadWords(bytes: Uint8Array, start: number, { values, count }: PackedRun): number {
  let at = start;
  for (let index = 0; index < count; index++) {
    const lower = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    values[index] = (lower | ((bytes[at + 3] ?? 0) << 24)) >>> 0;
    at += 4;
  }
  return at;
}
