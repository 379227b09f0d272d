import type { NativeHistogramBlock } from '../../interfaces/metric-family.ts';
import { ExponentialBuckets, type ExponentialBucketsOptions } from '../../primitives/exponential-buckets.ts';
import { nativeColumns } from '../../metrics/native-columns.ts';
import type { WindowSlice } from '../../metrics/source-family.ts';
import { CHUNK_ROWS } from '../../storage/chunk-layout.ts';
import { bucketsOfRow, hasBuckets } from './bucket-rows.ts';

/** One sketch for each row that has observations. */
export class MergedBuckets {
  readonly #options: ExponentialBucketsOptions;
  readonly #sketches = new Map<number, ExponentialBuckets>();

  constructor(options: ExponentialBucketsOptions) {
    this.#options = options;
  }

  /** The sketch of a row, if it has observations. */
  of(row: number): ExponentialBuckets | undefined {
    return this.#sketches.get(row);
  }

  /** Adds the observations of one row of native columns. */
  add(row: number, columns: NativeHistogramBlock, from: number): void {
    if (hasBuckets(columns, from)) this.#sketch(row).merge(bucketsOfRow(columns, from));
  }

  /** Adds all observations of another object. */
  addAll(others: MergedBuckets): void {
    for (const [row, sketch] of others.#sketches) this.#sketch(row).merge(sketch);
  }

  /** Adds the observations of one row to another one. */
  move(from: number, to: number): void {
    const sketch = this.#sketches.get(from);
    if (sketch !== undefined) this.#sketch(to).merge(sketch);
    this.delete(from);
  }

  /** Takes a row over from another object, under another number. */
  take(row: number, others: MergedBuckets, otherRow: number): void {
    const sketch = others.#sketches.get(otherRow);
    if (sketch !== undefined) this.#sketches.set(row, sketch);
  }

  /** Forgets the observations of a row. */
  delete(row: number): void {
    this.#sketches.delete(row);
  }

  /** Native columns of each chunk of rows. */
  columns(rowCount: number): readonly NativeHistogramBlock[] {
    const empty = new ExponentialBuckets(this.#options);
    const chunks: NativeHistogramBlock[] = [];
    for (let first = 0; first < rowCount; first += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, rowCount - first);
      chunks.push(nativeColumns(Array.from({ length: rows }, (_, row) => this.of(first + row) ?? empty)));
    }
    return chunks;
  }

  #sketch(row: number): ExponentialBuckets {
    let sketch = this.#sketches.get(row);
    if (sketch === undefined) {
      sketch = new ExponentialBuckets(this.#options);
      this.#sketches.set(row, sketch);
    }
    return sketch;
  }
}

/**
 * Windows of several workers: slices of time that begin at different moments, brought onto one grid by the time at which they
 * leave the window, rounded up. So no observation leaves early, and there is at most one slice more than each worker has.
 */
export class MergedWindows {
  readonly #options: ExponentialBucketsOptions;
  readonly #sliceMs: number;
  /** By number on the grid. */
  readonly #slices = new Map<number, MergedBuckets>();

  constructor(options: ExponentialBucketsOptions, sliceMs: number) {
    this.#options = options;
    this.#sliceMs = sliceMs;
  }

  /** Adds one row of a worker's slice. */
  add(row: number, { endMs, buckets }: WindowSlice, from: number): void {
    this.#slice(Math.ceil(endMs / this.#sliceMs)).add(row, buckets, from);
  }

  /** Adds all slices of another object. */
  addAll(others: MergedWindows): void {
    for (const [at, slice] of others.#slices) this.#slice(at).addAll(slice);
  }

  /** Adds the slices of one row to another one. */
  move(from: number, to: number): void {
    for (const slice of this.#slices.values()) slice.move(from, to);
  }

  /** Takes a row over from another object, under another number. */
  take(row: number, others: MergedWindows, otherRow: number): void {
    for (const [at, slice] of others.#slices) this.#slice(at).take(row, slice, otherRow);
  }

  /** Forgets the slices of a row. */
  delete(row: number): void {
    for (const slice of this.#slices.values()) slice.delete(row);
  }

  /** Forgets slices that have left the window. */
  expire(nowMs: number): void {
    for (const at of this.#slices.keys()) if (at * this.#sliceMs <= nowMs) this.#slices.delete(at);
  }

  /** Writes the quantiles of a row, NaN where its window is empty. */
  writeQuantiles(row: number, quantiles: readonly number[], into: Float64Array, offset: number): void {
    const all = new ExponentialBuckets(this.#options);
    for (const slice of this.#slices.values()) {
      const sketch = slice.of(row);
      if (sketch !== undefined) all.merge(sketch);
    }
    quantiles.forEach((quantile, at) => (into[offset + at] = all.quantile(quantile)));
  }

  /** All slices, as windows of each chunk of rows. */
  windows(rowCount: number): readonly (readonly WindowSlice[])[] {
    const slices = Array.from(this.#slices, ([at, slice]) => ({
      endMs: at * this.#sliceMs,
      chunks: slice.columns(rowCount),
    }));
    return Array.from({ length: Math.ceil(rowCount / CHUNK_ROWS) }, (_, chunk) =>
      slices.flatMap(({ endMs, chunks }) => {
        const buckets = chunks[chunk];
        return buckets === undefined ? [] : [{ endMs, buckets }];
      }),
    );
  }

  #slice(at: number): MergedBuckets {
    let slice = this.#slices.get(at);
    if (slice === undefined) {
      slice = new MergedBuckets(this.#options);
      this.#slices.set(at, slice);
    }
    return slice;
  }
}
