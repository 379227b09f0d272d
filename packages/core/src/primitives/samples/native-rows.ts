import type { NativeHistogramBlock } from '../../interfaces/metric-family.ts';
import { SparseColumn } from './sparse-column.ts';

/** Native histograms of successive samples of one series; samples leave at the front. */
export class NativeRows {
  #schemas = new Int8Array(8);
  #zeroThresholds = new Float64Array(8);
  #zeroCounts = new Float64Array(8);
  readonly #positive = new SparseColumn();
  readonly #negative = new SparseColumn();
  #first = 0;
  #end = 0;

  /** Bytes held. */
  get byteLength(): number {
    const fixed = this.#schemas.byteLength + this.#zeroThresholds.byteLength + this.#zeroCounts.byteLength;
    return fixed + this.#positive.byteLength + this.#negative.byteLength;
  }

  /** Appends a row of a block. */
  push(block: NativeHistogramBlock, row: number): void {
    if (this.#end === this.#schemas.length) this.#makeRoom();
    this.#schemas[this.#end] = block.schemas[row] ?? 0;
    this.#zeroThresholds[this.#end] = block.zeroThresholds[row] ?? 0;
    this.#zeroCounts[this.#end] = block.zeroCounts[row] ?? 0;
    this.#end++;
    const { positiveStart, negativeStart } = block;
    const [from, to] = [positiveStart[row] ?? 0, positiveStart[row + 1] ?? 0];
    this.#positive.push(block.positiveIndexes, block.positiveCounts, from, to);
    const [negativeFrom, negativeTo] = [negativeStart[row] ?? 0, negativeStart[row + 1] ?? 0];
    this.#negative.push(block.negativeIndexes, block.negativeCounts, negativeFrom, negativeTo);
  }

  /** Drops samples at the front. */
  drop(rows: number): void {
    this.#first += rows;
    this.#positive.drop(rows);
    this.#negative.drop(rows);
  }

  /** The samples as a block. A view. */
  view(): NativeHistogramBlock {
    return {
      schemas: this.#schemas.subarray(this.#first, this.#end),
      zeroThresholds: this.#zeroThresholds.subarray(this.#first, this.#end),
      zeroCounts: this.#zeroCounts.subarray(this.#first, this.#end),
      positiveStart: this.#positive.starts,
      positiveIndexes: this.#positive.indexes,
      positiveCounts: this.#positive.counts,
      negativeStart: this.#negative.starts,
      negativeIndexes: this.#negative.indexes,
      negativeCounts: this.#negative.counts,
    };
  }

  #makeRoom(): void {
    const [first, end] = [this.#first, this.#end];
    const capacity = end - first > this.#schemas.length / 2 ? 2 * this.#schemas.length : this.#schemas.length;
    const schemas = new Int8Array(capacity);
    const zeroThresholds = new Float64Array(capacity);
    const zeroCounts = new Float64Array(capacity);
    schemas.set(this.#schemas.subarray(first, end));
    zeroThresholds.set(this.#zeroThresholds.subarray(first, end));
    zeroCounts.set(this.#zeroCounts.subarray(first, end));
    this.#schemas = schemas;
    this.#zeroThresholds = zeroThresholds;
    this.#zeroCounts = zeroCounts;
    this.#first = 0;
    this.#end = end - first;
  }
}
