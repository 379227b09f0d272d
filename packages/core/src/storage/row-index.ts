/** What the index needs to know of the rows it points to. */
export interface IndexedRows {
  /** Hash of the label ids of a row. */
  hashOf(row: number): number;
}

/** Slots moved from the old table with every insertion; above 2 the move ends before the new table is full. */
const MOVED_PER_INSERT = 16;
const FIRST_SLOTS = 16;

/**
 * Open-addressing table from the hash of a label set to its row: linear probing, at most half full. A slot holds the row
 * plus one, 0 is empty.
 *
 * It grows incrementally: a new table of twice the size takes over at once, and every insertion moves some slots of the
 * old one, so that no single call pays for a rehash. Until then a row may be missing in `slots`, which the hot path
 * sees as a miss; `find` also looks into the old table and brings the row over.
 */
export class RowIndex {
  /** The current table; its length is a power of two. Hot path. */
  slots: Int32Array = new Int32Array(FIRST_SLOTS);
  readonly #rows: IndexedRows;
  #old: Int32Array | undefined;
  #moved = 0;
  #count = 0;

  constructor(rows: IndexedRows) {
    this.#rows = rows;
  }

  /** Bytes held by the tables. */
  get byteLength(): number {
    return this.slots.byteLength + (this.#old?.byteLength ?? 0);
  }

  /**
   * The row with that hash which the callback accepts, or -1.
   *
   * @param isMatch - Compares the label ids of a candidate exactly.
   */
  find(hash: number, isMatch: (row: number) => boolean): number {
    const row = probe(this.slots, hash, isMatch);
    if (row >= 0 || this.#old === undefined) return row;
    const oldRow = probe(this.#old, hash, isMatch);
    if (oldRow >= 0) this.#place(oldRow, hash);
    return oldRow;
  }

  /** Adds a row that `find` did not find. */
  insert(row: number, hash: number): void {
    this.#count++;
    if (this.#count * 2 > this.slots.length) this.#grow();
    this.#place(row, hash);
    this.#move(MOVED_PER_INSERT);
  }

  /** Removes a row. O(1), but first ends a move that is under way. */
  remove(row: number, hash: number): void {
    this.#move(Infinity);
    const { slots } = this;
    const mask = slots.length - 1;
    let hole = hash & mask;
    while (slots[hole] !== row + 1) {
      if (slots[hole] === 0) return;
      hole = (hole + 1) & mask;
    }
    // Backward-shift deletion (Knuth, TAOCP 6.4, algorithm R): close the gap, so that no tombstones slow later probes.
    for (let next = (hole + 1) & mask; ; next = (next + 1) & mask) {
      const entry = slots[next] ?? 0;
      if (entry === 0) break;
      const home = this.#rows.hashOf(entry - 1) & mask;
      const staysReachable = ((next - home) & mask) < ((next - hole) & mask);
      if (staysReachable) continue;
      slots[hole] = entry;
      hole = next;
    }
    slots[hole] = 0;
    this.#count--;
  }

  #grow(): void {
    this.#move(Infinity);
    this.#old = this.slots;
    this.#moved = 0;
    this.slots = new Int32Array(this.slots.length * 2);
  }

  #move(most: number): void {
    const old = this.#old;
    if (old === undefined) return;
    const end = Math.min(old.length, this.#moved + most);
    for (; this.#moved < end; this.#moved++) {
      const entry = old[this.#moved] ?? 0;
      if (entry !== 0) this.#place(entry - 1, this.#rows.hashOf(entry - 1));
    }
    if (this.#moved === old.length) this.#old = undefined;
  }

  /** Puts a row into the current table unless it is there. */
  #place(row: number, hash: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = hash & mask;
    while (slots[slot] !== 0) {
      if (slots[slot] === row + 1) return;
      slot = (slot + 1) & mask;
    }
    slots[slot] = row + 1;
  }
}

function probe(slots: Int32Array, hash: number, isMatch: (row: number) => boolean): number {
  const mask = slots.length - 1;
  for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
    const entry = slots[slot] ?? 0;
    if (entry === 0) return -1;
    if (isMatch(entry - 1)) return entry - 1;
  }
}
