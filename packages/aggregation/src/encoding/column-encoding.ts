/**
 * Columns of numbers in few bytes. A column is written in the form that is smallest for it; what is read back is the same to the
 * bit, negative zero, infinities and NaN included.
 *
 * | form | for | bytes for each number |
 * |---|---|---|
 * | constant | gauges that stand still, idle counters | 0 |
 * | integers | counters, counts, states | 0.1 … 2 |
 * | decimals | percentages and the like, times a power of ten as integers | 0.5 … 3 |
 * | floats | everything else | about 7 |
 * | raw | what has no regularity at all | 8 |
 */
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { readFloats, writeFloats } from './float-column.ts';
import { isColumnInteger, MAX_INTEGER, readIntegers, writeIntegers } from './integer-column.ts';
import { scaledScratch } from './scratch-columns.ts';

const CONSTANT_FLOAT = 0;
const CONSTANT_INTEGER = 1;
const FLOATS = 2;
const RAW = 3;
/** Integers; the difference to this form is the number of decimals. */
const INTEGERS = 4;
const MAX_DECIMALS = 6;

/**
 * Writes numbers.
 *
 * @param values - The numbers are at its front; not changed.
 * @param count - How many; may be 0.
 */
export function writeColumn(writer: ByteWriter, values: Float64Array, count: number): void {
  if (count === 0) return;
  if (isConstant(values, count)) writeConstant(writer, values[0] ?? NaN);
  else if (areIntegers(values, count)) {
    writer.byte(INTEGERS);
    writeIntegers(writer, values, count);
  } else if (!tryDecimals(writer, values, count)) writeDoubles(writer, values, count);
}

/** Reads numbers to the front of `values`. */
export function readColumn(reader: ByteReader, values: Float64Array, count: number): void {
  if (count === 0) return;
  const form = reader.byte();
  if (form === CONSTANT_FLOAT) values.fill(reader.float(), 0, count);
  else if (form === CONSTANT_INTEGER) values.fill(reader.signed(), 0, count);
  else if (form === FLOATS) readFloats(reader, values, count);
  else if (form === RAW) readRaw(reader, values, count);
  else readDecimals(reader, values, { count, decimals: form - INTEGERS });
}

function isConstant(values: Float64Array, count: number): boolean {
  const first = values[0] ?? NaN;
  for (let index = 1; index < count; index++) if (!Object.is(values[index], first)) return false;
  return true;
}

function writeConstant(writer: ByteWriter, value: number): void {
  if (isColumnInteger(value) && Math.abs(value) < 2 ** 40) {
    writer.byte(CONSTANT_INTEGER);
    writer.signed(value);
  } else {
    writer.byte(CONSTANT_FLOAT);
    writer.float(value);
  }
}

function areIntegers(values: Float64Array, count: number): boolean {
  for (let index = 0; index < count; index++) if (!isColumnInteger(values[index] ?? NaN)) return false;
  return true;
}

function tryDecimals(writer: ByteWriter, values: Float64Array, count: number): boolean {
  const decimals = decimalsOf(values, count);
  if (decimals === undefined) return false;
  const scaled = scaledScratch(count);
  const scale = 10 ** decimals;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? NaN;
    const integer = Math.round(value * scale);
    if (integer / scale !== value || Math.abs(integer) > MAX_INTEGER) return false;
    scaled[index] = integer;
  }
  writer.byte(INTEGERS + decimals);
  writeIntegers(writer, scaled, count);
  return true;
}

/** Number of decimals that all values have at most; `undefined` when that is more than 6. Stops at the first such value. */
function decimalsOf(values: Float64Array, count: number): number | undefined {
  let decimals = 1;
  for (let index = 0; index < count; index++) {
    const value = values[index] ?? NaN;
    if (Object.is(value, -0)) return undefined;
    while (Math.round(value * 10 ** decimals) / 10 ** decimals !== value) {
      decimals++;
      if (decimals > MAX_DECIMALS) return undefined;
    }
  }
  return decimals;
}

function readDecimals(
  reader: ByteReader,
  values: Float64Array,
  { count, decimals }: { readonly count: number; readonly decimals: number },
): void {
  readIntegers(reader, values, count);
  if (decimals === 0) return;
  const scale = 10 ** decimals;
  for (let index = 0; index < count; index++) values[index] = (values[index] ?? NaN) / scale;
}

function writeDoubles(writer: ByteWriter, values: Float64Array, count: number): void {
  const start = writer.length;
  writer.byte(FLOATS);
  writeFloats(writer, values, count);
  if (writer.length - start <= 1 + 8 * count) return;
  writer.advance(start - writer.length);
  writer.byte(RAW);
  writer.bytes(new Uint8Array(values.buffer, values.byteOffset, 8 * count));
}

function readRaw(reader: ByteReader, values: Float64Array, count: number): void {
  const target = new Uint8Array(values.buffer, values.byteOffset, 8 * count);
  target.set(reader.bytes.subarray(reader.at, reader.at + 8 * count));
  reader.at += 8 * count;
}
