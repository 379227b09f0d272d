import { type FamilyBlock, type MetricFamily } from '@bduf/metrics-core/interfaces';
import { FamilySeries } from '@bduf/metrics-core/primitives';
import { HistorySeries } from './history-series.ts';
import { SeriesKeys } from './series-key.ts';

/** Rows looked at between two looks at the clock. */
const ROWS_AT_ONCE = 64;
const UNKNOWN = -1;

/** Which series of a metric has which slot, and which row of its read-outs has which. */
export class RowSlots {
  /** Series by slot; free slots are undefined. */
  readonly series: (HistorySeries | undefined)[] = [];
  /** Grows whenever a series comes or goes. */
  version = 0;
  readonly #slotOfKey = new Map<string, number>();
  readonly #free: number[] = [];
  #family: MetricFamily | undefined;
  #rows: Int32Array[] = [];
  /** How many rows of each block have a slot, all from the first on. */
  #known: number[] = [];
  #byteLength = 0;

  /** Number of series. */
  get size(): number {
    return this.#slotOfKey.size;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /**
   * Finds or makes the series of all visible rows.
   *
   * @param admit - Whether there is room for one more series.
   * @param isTimeUp - Whether to stop for now.
   * @returns Whether all rows are known; refused ones count as known.
   */
  learn(family: MetricFamily, admit: () => boolean, isTimeUp: () => boolean): boolean {
    if (family.identity !== this.#family?.identity || family.epoch !== this.#family.epoch) this.#forgetRows();
    this.#family = family;
    let keys: SeriesKeys | undefined;
    let looked = 0;
    for (const [at, block] of family.blocks.entries()) {
      const slots = this.#slotsOf(at, block.rowCount);
      this.#skipKnown(at, block.rowCount);
      for (let row = this.#known[at] ?? 0; row < block.rowCount; row++) {
        if (slots[row] !== UNKNOWN || block.hidden?.[row] === 1) continue;
        if (looked++ % ROWS_AT_ONCE === ROWS_AT_ONCE - 1 && isTimeUp()) return false;
        keys ??= new SeriesKeys(family);
        const slot = this.#slotOf(
          keys.of(block.labelIds, row * family.labelNames.length),
          { family, block, row },
          admit,
        );
        if (slot !== UNKNOWN) slots[row] = slot;
      }
    }
    return true;
  }

  /** Slot of each row of a block, -1 for those that are hidden or were refused. Of the family that was learnt last. */
  rowsOf(block: number): Int32Array {
    return this.#rows[block] ?? new Int32Array(0);
  }

  /** Forgets series that have no samples any more. */
  release(slots: readonly number[]): void {
    if (slots.length === 0) return;
    const gone = new Uint8Array(this.series.length);
    for (const slot of slots) {
      const series = this.series[slot];
      if (series === undefined) continue;
      gone[slot] = 1;
      this.#byteLength -= series.byteLength;
      this.#slotOfKey.delete(series.key);
      this.series[slot] = undefined;
      this.#free.push(slot);
    }
    for (const rows of this.#rows) {
      for (let row = 0; row < rows.length; row++) if (gone[rows[row] ?? UNKNOWN] === 1) rows[row] = UNKNOWN;
    }
    this.#known = [];
    this.version++;
  }

  #forgetRows(): void {
    this.#rows = [];
    this.#known = [];
  }

  #skipKnown(block: number, rowCount: number): void {
    const slots = this.#rows[block];
    let known = this.#known[block] ?? 0;
    while (known < rowCount && slots?.[known] !== UNKNOWN) known++;
    this.#known[block] = known;
  }

  #slotsOf(block: number, rowCount: number): Int32Array {
    const known = this.#rows[block];
    if (known !== undefined && known.length >= rowCount) return known;
    const slots = new Int32Array(rowCount).fill(UNKNOWN);
    if (known !== undefined) slots.set(known);
    this.#rows[block] = slots;
    return slots;
  }

  #slotOf(
    key: string,
    place: { readonly family: MetricFamily; readonly block: FamilyBlock; readonly row: number },
    admit: () => boolean,
  ): number {
    const known = this.#slotOfKey.get(key);
    if (known !== undefined) return known;
    if (!admit()) return UNKNOWN;
    const slot = this.#free.pop() ?? this.series.length;
    const series = new HistorySeries(new FamilySeries(place.family, place.block, place.row).labels, key, slot);
    this.series[slot] = series;
    this.#slotOfKey.set(key, slot);
    this.#byteLength += series.byteLength;
    this.version++;
    return slot;
  }
}
