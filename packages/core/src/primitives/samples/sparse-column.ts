/** Buckets of successive native histograms on one side of zero, in compressed sparse row form; rows leave at the front. */
export class SparseColumn {
  #starts = new Int32Array(9);
  #indexes = new Int32Array(64);
  #counts = new Float64Array(64);
  /** First row that still counts, and the row after the last. */
  #first = 0;
  #end = 0;

  /** Bytes held. */
  get byteLength(): number {
    return this.#starts.byteLength + this.#indexes.byteLength + this.#counts.byteLength;
  }

  /** Where each row begins in the other two, and where the last one ends. A view. */
  get starts(): Int32Array {
    return this.#starts.subarray(this.#first, this.#end + 1);
  }

  /** Bucket indexes. */
  get indexes(): Int32Array {
    return this.#indexes;
  }

  /** Counts of the buckets. */
  get counts(): Float64Array {
    return this.#counts;
  }

  /** Appends a row: entries `from` to `to` of two columns. */
  push(indexes: Int32Array, counts: Float64Array, from: number, to: number): void {
    const size = to - from;
    const used = this.#starts[this.#end] ?? 0;
    if (this.#end + 2 > this.#starts.length || used + size > this.#indexes.length) {
      this.#makeRoom(size);
      this.push(indexes, counts, from, to);
      return;
    }
    this.#indexes.set(indexes.subarray(from, to), used);
    this.#counts.set(counts.subarray(from, to), used);
    this.#end++;
    this.#starts[this.#end] = used + size;
  }

  /** Drops rows at the front. */
  drop(rows: number): void {
    this.#first += rows;
  }

  /** Moves the rows that count to the front, into larger arrays if less than half was free. */
  #makeRoom(size: number): void {
    const rows = this.#end - this.#first;
    const begin = this.#starts[this.#first] ?? 0;
    const used = (this.#starts[this.#end] ?? 0) - begin;
    const starts = rows + 2 > this.#starts.length / 2 ? new Int32Array(2 * this.#starts.length) : this.#starts;
    for (let row = 0; row <= rows; row++) starts[row] = (this.#starts[this.#first + row] ?? 0) - begin;
    const isTight = used + size > this.#indexes.length / 2;
    const capacity = isTight ? 2 * (used + size) : this.#indexes.length;
    this.#indexes = moved(this.#indexes, new Int32Array(capacity), begin, used);
    this.#counts = moved(this.#counts, new Float64Array(capacity), begin, used);
    this.#starts = starts;
    this.#first = 0;
    this.#end = rows;
  }
}

function moved<Column extends Int32Array | Float64Array>(
  from: Column,
  to: Column,
  begin: number,
  size: number,
): Column {
  to.set(from.subarray(begin, begin + size));
  return to;
}
