import { CHUNK_BITS, CHUNK_MASK, CHUNK_ROWS, FIRST_CHUNK_ROWS } from './chunk-layout.ts';
import type { RowJournal } from './row-journal.ts';

/**
 * The rows of a table as columns: label ids, numbers, creation times. Rows are numbered from 0 and never move to another
 * number.
 *
 * A row that was removed is hidden and its numbers are set to zero, the last one to *negative* zero. No record can
 * produce that value from it (−0 + 0 is +0), so a later record on a hidden row is seen without any mark on the hot path.
 */
export class RowStore {
  /** Label ids, `labelCount` for each row. */
  readonly idChunks: Int32Array[] = [];
  /** Numbers, `width` for each row. */
  readonly valueChunks: Float64Array[] = [];
  readonly labelCount: number;
  readonly width: number;
  readonly #createdChunks: Float64Array[] = [];
  readonly #hiddenChunks: (Uint8Array | undefined)[] = [];
  readonly #sharedIds = new Set<number>();
  readonly #onFirstChunkMoved: () => void;
  #journal: RowJournal | undefined;
  #rowCount = 0;

  /**
   * @param labelCount - Label ids of a row.
   * @param width - Numbers of a row.
   * @param onFirstChunkMoved - Called after the first chunk was replaced by a larger one.
   */
  constructor(labelCount: number, width: number, onFirstChunkMoved: () => void) {
    this.labelCount = labelCount;
    this.width = width;
    this.#onFirstChunkMoved = onFirstChunkMoved;
  }

  /** Rows, hidden ones included. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Bytes held by the columns. */
  get byteLength(): number {
    const columns = [...this.idChunks, ...this.valueChunks, ...this.#createdChunks];
    const hidden = this.#hiddenChunks.reduce((sum, chunk) => sum + (chunk?.byteLength ?? 0), 0);
    return columns.reduce((sum, column) => sum + column.byteLength, hidden);
  }

  /**
   * Moves the numbers to the memory of a journal, where they stay, and tells it what there is. Handles have to be attached
   * anew.
   */
  keepIn(journal: RowJournal): void {
    this.#journal = journal;
    this.valueChunks.forEach((values, chunk) => this.#place(chunk, enlarged(values, journal.allocate(values.length))));
    for (let row = 0; row < this.#rowCount; row++) {
      const ids = Int32Array.from({ length: this.labelCount }, (_, label) => this.idAt(row, label));
      journal.rowStarted(row, ids, this.createdMs(row));
      if (this.isHidden(row)) journal.hideRow(row, () => undefined);
    }
  }

  /** Adds a visible row of zeros. */
  append(ids: ArrayLike<number>, createdMs: number): number {
    const row = this.#rowCount;
    this.#reserve(row);
    this.#rowCount++;
    this.#write(row, ids, createdMs);
    return row;
  }

  /** Gives a hidden row to another series. Blocks that were read before keep the old ids. */
  reuse(row: number, ids: ArrayLike<number>, createdMs: number): void {
    const chunk = row >>> CHUNK_BITS;
    const shared = this.idChunks[chunk];
    if (shared !== undefined && this.#sharedIds.delete(chunk)) this.idChunks[chunk] = shared.slice();
    this.#write(row, ids, createdMs);
    this.show(row, createdMs);
  }

  /** The array that holds a row's numbers. */
  values(row: number): Float64Array {
    // A row that was handed out has its chunk.
    return this.valueChunks[row >>> CHUNK_BITS] as Float64Array;
  }

  /** Where a row's numbers begin in {@link values}. */
  offset(row: number): number {
    return (row & CHUNK_MASK) * this.width;
  }

  /** Label id of a row. */
  idAt(row: number, label: number): number {
    return this.idChunks[row >>> CHUNK_BITS]?.[(row & CHUNK_MASK) * this.labelCount + label] ?? 0;
  }

  /** When the series of a row was created. */
  createdMs(row: number): number {
    return this.#createdChunks[row >>> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }

  /** Whether a row is hidden. */
  isHidden(row: number): boolean {
    return this.#hiddenChunks[row >>> CHUNK_BITS]?.[row & CHUNK_MASK] === 1;
  }

  /** Hides a row and clears its numbers. */
  hide(row: number): void {
    const chunk = row >>> CHUNK_BITS;
    const hidden = (this.#hiddenChunks[chunk] ??= new Uint8Array(CHUNK_ROWS));
    hidden[row & CHUNK_MASK] = 1;
    if (this.#journal === undefined) this.#clear(row);
    else this.#journal.hideRow(row, () => this.#clear(row));
  }

  /** Shows a hidden row, as created at that time. */
  show(row: number, createdMs: number): void {
    const hidden = this.#hiddenChunks[row >>> CHUNK_BITS];
    if (hidden !== undefined) hidden[row & CHUNK_MASK] = 0;
    const created = this.#createdChunks[row >>> CHUNK_BITS];
    if (created !== undefined) created[row & CHUNK_MASK] = createdMs;
    const values = this.values(row);
    const last = this.offset(row) + this.width - 1;
    // A summand of zero turns negative zero into zero and leaves all other numbers.
    values[last] = (values[last] ?? 0) + 0;
    this.#journal?.rowShown(row, createdMs);
  }

  /** Whether something was recorded on a row since it was hidden. */
  isTouched(row: number): boolean {
    const values = this.values(row);
    const start = this.offset(row);
    for (let at = start; at < start + this.width - 1; at++) {
      if (values[at] !== 0) return true;
    }
    return !Object.is(values[start + this.width - 1], -0);
  }

  /** Copies of the columns of one chunk; the ids are shared and stay as they are. */
  readChunk(chunk: number): {
    ids: Int32Array;
    values: Float64Array;
    createdMs: Float64Array;
    hidden: Uint8Array | undefined;
  } {
    const rows = this.rowsIn(chunk);
    this.#sharedIds.add(chunk);
    const hidden = this.#hiddenChunks[chunk]?.slice(0, rows);
    return {
      ids: this.idChunks[chunk] ?? new Int32Array(0),
      values: this.valueChunks[chunk]?.slice(0, rows * this.width) ?? new Float64Array(0),
      createdMs: this.#createdChunks[chunk]?.slice(0, rows) ?? new Float64Array(0),
      hidden: hidden?.includes(1) === true ? hidden : undefined,
    };
  }

  /** Rows of a chunk in use. */
  rowsIn(chunk: number): number {
    return Math.min(CHUNK_ROWS, this.#rowCount - chunk * CHUNK_ROWS);
  }

  /** Chunks in use. */
  get chunkCount(): number {
    return Math.ceil(this.#rowCount / CHUNK_ROWS);
  }

  #clear(row: number): void {
    const start = this.offset(row);
    const values = this.values(row);
    values.fill(0, start, start + this.width);
    values[start + this.width - 1] = -0;
  }

  #write(row: number, ids: ArrayLike<number>, createdMs: number): void {
    const chunk = row >>> CHUNK_BITS;
    this.idChunks[chunk]?.set(ids, (row & CHUNK_MASK) * this.labelCount);
    const created = this.#createdChunks[chunk];
    if (created !== undefined) created[row & CHUNK_MASK] = createdMs;
    this.#journal?.rowStarted(row, ids, createdMs);
  }

  #place(chunk: number, values: Float64Array): void {
    this.valueChunks[chunk] = values;
    this.#journal?.chunkPlaced(chunk, values);
  }

  #reserve(row: number): void {
    const chunk = row >>> CHUNK_BITS;
    const capacity = this.#createdChunks[chunk]?.length ?? 0;
    if ((row & CHUNK_MASK) < capacity) return;
    const rows = chunk > 0 ? CHUNK_ROWS : Math.max(FIRST_CHUNK_ROWS, capacity * 2);
    this.idChunks[chunk] = enlarged(this.idChunks[chunk], new Int32Array(rows * this.labelCount));
    const numbers = rows * this.width;
    const larger = this.#journal?.allocate(numbers) ?? new Float64Array(numbers);
    this.#place(chunk, enlarged(this.valueChunks[chunk], larger));
    this.#createdChunks[chunk] = enlarged(this.#createdChunks[chunk], new Float64Array(rows));
    if (capacity > 0) this.#onFirstChunkMoved();
  }
}

function enlarged<Column extends Int32Array | Float64Array>(old: Column | undefined, larger: Column): Column {
  if (old !== undefined) larger.set(old);
  return larger;
}
