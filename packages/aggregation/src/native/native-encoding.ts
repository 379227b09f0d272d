/**
 * Native histograms of successive samples of one series. Samples of the same layout form a run; within it, each bucket that any of
 * them has is a column of its own, and most of those hardly ever change.
 */
import type { NativeHistogramBlock } from '@bduf/metrics-core/interfaces';
import type { ByteReader } from '../encoding/byte-reader.ts';
import type { ByteWriter } from '../encoding/byte-writer.ts';
import { readColumn, writeColumn } from '../encoding/column-encoding.ts';
import { type NativeRow, type NativeSide, sideOf } from './native-row.ts';

/** Added to a resolution to make it a byte. */
const SCHEMA_OFFSET = 8;

/** Writes native histograms. */
export function writeNatives(writer: ByteWriter, rows: readonly NativeRow[]): void {
  for (let from = 0; from < rows.length;) {
    let end = from + 1;
    while (end < rows.length && haveSameLayout(rows[from], rows[end])) end++;
    writeRun(writer, rows.slice(from, end));
    from = end;
  }
}

/** Reads as many native histograms, as the rows of one block. */
export function readNatives(reader: ByteReader, count: number): NativeHistogramBlock {
  const schemas = new Int8Array(count);
  const zeroThresholds = new Float64Array(count);
  const zeroCounts = new Float64Array(count);
  const positive = new SideBuilder(count);
  const negative = new SideBuilder(count);
  for (let from = 0; from < count;) {
    const size = reader.varint();
    schemas.fill(reader.byte() - SCHEMA_OFFSET, from, from + size);
    zeroThresholds.fill(reader.float(), from, from + size);
    readColumn(reader, zeroCounts.subarray(from, from + size), size);
    positive.read(reader, from, size);
    negative.read(reader, from, size);
    from += size;
  }
  const [above, below] = [positive.side(), negative.side()];
  return {
    schemas,
    zeroThresholds,
    zeroCounts,
    positiveStart: above.start,
    positiveIndexes: above.indexes,
    positiveCounts: above.counts,
    negativeStart: below.start,
    negativeIndexes: below.indexes,
    negativeCounts: below.counts,
  };
}

function haveSameLayout(a: NativeRow | undefined, b: NativeRow | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return (
    a.block.schemas[a.row] === b.block.schemas[b.row] &&
    Object.is(a.block.zeroThresholds[a.row], b.block.zeroThresholds[b.row])
  );
}

function writeRun(writer: ByteWriter, rows: readonly NativeRow[]): void {
  const [first] = rows;
  if (first === undefined) return;
  writer.varint(rows.length);
  writer.byte((first.block.schemas[first.row] ?? 0) + SCHEMA_OFFSET);
  writer.float(first.block.zeroThresholds[first.row] ?? 0);
  const zeros = Float64Array.from(rows, ({ block, row }) => block.zeroCounts[row] ?? 0);
  writeColumn(writer, zeros, rows.length);
  writeSide(writer, rows, true);
  writeSide(writer, rows, false);
}

function writeSide(writer: ByteWriter, rows: readonly NativeRow[], isPositive: boolean): void {
  const columns = new Map<number, Float64Array>();
  for (const [at, { block, row }] of rows.entries()) {
    const { start, indexes, counts } = sideOf(block, isPositive);
    for (let place = start[row] ?? 0; place < (start[row + 1] ?? 0); place++) {
      const index = indexes[place] ?? 0;
      let column = columns.get(index);
      if (column === undefined) {
        column = new Float64Array(rows.length);
        columns.set(index, column);
      }
      column[at] = counts[place] ?? 0;
    }
  }
  writer.varint(columns.size);
  let before = 0;
  for (const index of [...columns.keys()].toSorted((a, b) => a - b)) {
    writer.signed(index - before);
    before = index;
    writeColumn(writer, columns.get(index) ?? new Float64Array(rows.length), rows.length);
  }
}

/** Buckets on one side of zero, run by run; empty ones are left out. */
class SideBuilder {
  readonly #starts: Int32Array;
  readonly #indexes: number[] = [];
  readonly #counts: number[] = [];

  constructor(rows: number) {
    this.#starts = new Int32Array(rows + 1);
  }

  read(reader: ByteReader, from: number, size: number): void {
    const buckets: { readonly index: number; readonly counts: Float64Array }[] = [];
    let index = 0;
    for (let left = reader.varint(); left > 0; left--) {
      index += reader.signed();
      const counts = new Float64Array(size);
      readColumn(reader, counts, size);
      buckets.push({ index, counts });
    }
    for (let row = 0; row < size; row++) {
      for (const bucket of buckets) {
        const count = bucket.counts[row] ?? 0;
        if (count === 0) continue;
        this.#indexes.push(bucket.index);
        this.#counts.push(count);
      }
      this.#starts[from + row + 1] = this.#indexes.length;
    }
  }

  side(): NativeSide {
    return { start: this.#starts, indexes: Int32Array.from(this.#indexes), counts: Float64Array.from(this.#counts) };
  }
}
