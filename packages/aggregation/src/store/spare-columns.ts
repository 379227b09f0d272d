/** Columns of ticks that were compressed, for ticks to come: memory that is there already costs less than new one. */
export class SpareColumns {
  #columns: Float64Array[] = [];
  #byteLength = 0;

  /** Bytes held. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Keeps columns. */
  give(columns: readonly Float64Array[]): void {
    for (const column of columns) {
      this.#columns.push(column);
      this.#byteLength += column.byteLength;
    }
  }

  /** A column of that length. What is in it means nothing. */
  take(length: number): Float64Array {
    const spare = this.#columns.pop();
    if (spare === undefined) return new Float64Array(length);
    this.#byteLength -= spare.byteLength;
    if (spare.length === length) return spare;
    // Others are of the same age, and do not fit any better.
    this.drop();
    return new Float64Array(length);
  }

  /** Gives all back. Returns whether there were any. */
  drop(): boolean {
    const hadAny = this.#columns.length > 0;
    this.#columns = [];
    this.#byteLength = 0;
    return hadAny;
  }
}
