/** The samples of one series in one segment as bytes: which ticks have one, then the numbers column by column, then native buckets. */
import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import { readColumn, writeColumn } from '../encoding/column-encoding.ts';
import { readNatives, writeNatives } from '../native/native-encoding.ts';
import type { RowBuffer } from './row-buffer.ts';

const ALL_TICKS = 0;
const RANGE_OF_TICKS = 1;
const LISTED_TICKS = 2;
/** Stands where the form of a column would, when the column is the same as an earlier one. */
const SAME_COLUMN = 255;

/** Writes samples; at least one. */
export function writeRows(writer: ByteWriter, rows: RowBuffer, ticks: number): void {
  writeTicks(writer, rows, ticks);
  for (let at = 0; at < rows.columns.length; at++) {
    const column = rows.columns[at] ?? new Float64Array(rows.count);
    const twin = twinOf(rows, at);
    if (twin === -1) writeColumn(writer, column, rows.count);
    else {
      writer.byte(SAME_COLUMN);
      writer.varint(twin);
    }
  }
  if (rows.natives.length > 0) writeNatives(writer, rows.natives);
}

/** Reads samples into a buffer that was reset for so many ticks. */
export function readRows(
  reader: ByteReader,
  rows: RowBuffer,
  { ticks, isNative }: { readonly ticks: number; readonly isNative: boolean },
): void {
  readTicks(reader, rows, ticks);
  for (const column of rows.columns) {
    if (reader.bytes[reader.at] !== SAME_COLUMN) readColumn(reader, column, rows.count);
    else {
      reader.byte();
      column.set(rows.columns[reader.varint()]?.subarray(0, rows.count) ?? []);
    }
  }
  if (!isNative) return;
  const block = readNatives(reader, rows.count);
  for (let row = 0; row < rows.count; row++) rows.natives.push({ block, row });
}

function writeTicks(writer: ByteWriter, { ticks: listed, count }: RowBuffer, ticks: number): void {
  const first = listed[0] ?? 0;
  if (count === ticks) writer.byte(ALL_TICKS);
  else if ((listed[count - 1] ?? 0) - first === count - 1) {
    writer.byte(RANGE_OF_TICKS);
    writer.varint(first);
    writer.varint(count);
  } else {
    writer.byte(LISTED_TICKS);
    writer.varint(count);
    let before = -1;
    for (let at = 0; at < count; at++) {
      const tick = listed[at] ?? 0;
      writer.varint(tick - before - 1);
      before = tick;
    }
  }
}

function readTicks(reader: ByteReader, rows: RowBuffer, ticks: number): void {
  const form = reader.byte();
  if (form === LISTED_TICKS) {
    rows.count = reader.varint();
    let tick = -1;
    for (let at = 0; at < rows.count; at++) {
      tick += reader.varint() + 1;
      rows.ticks[at] = tick;
    }
    return;
  }
  const first = form === RANGE_OF_TICKS ? reader.varint() : 0;
  rows.count = form === RANGE_OF_TICKS ? reader.varint() : ticks;
  for (let at = 0; at < rows.count; at++) rows.ticks[at] = first + at;
}

/** An earlier column with the same numbers, or -1. The greatest value of a cell of a counter is its last, and so on. */
function twinOf(rows: RowBuffer, at: number): number {
  const column = rows.columns[at];
  for (let earlier = 0; earlier < at; earlier++) {
    const other = rows.columns[earlier];
    let row = 0;
    while (row < rows.count && Object.is(column?.[row], other?.[row])) row++;
    if (row === rows.count) return earlier;
  }
  return -1;
}
