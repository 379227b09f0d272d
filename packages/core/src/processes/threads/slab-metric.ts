import { MetricType } from '../../interfaces/metric-type.ts';
import { CHUNK_ROWS } from '../../storage/chunk-layout.ts';
import { RowStore } from '../../storage/row-store.ts';
import type { MetricHead } from '../metric-head.ts';

/** A sketch of another thread, as views of shared memory. */
export interface SharedSketch {
  readonly schema: number;
  readonly zeros: Float64Array;
  readonly positive: SharedBuckets;
  readonly negative: SharedBuckets;
}

/** Counts of consecutive buckets, the first of which has an index. */
export interface SharedBuckets {
  readonly counts: Float64Array;
  readonly base: number;
}

/** Which slice of time each sketch of a row holds. */
export interface SharedSlices {
  readonly heldSlices: Float64Array;
  readonly firstEndMs: number;
}

/** One metric of another thread: what its log told, and where its numbers are. */
export class SlabMetric {
  readonly head: MetricHead;
  readonly identity: object = {};
  /** Views of the numbers of each chunk of rows. */
  readonly chunks: Float64Array[] = [];
  /** By row, then by slice. */
  readonly sketches: SharedSketch[][] = [];
  /** By row. */
  readonly slices: SharedSlices[] = [];
  epoch = 0;
  /** Ids, creation times and visibility of the rows; its numbers are not used. */
  readonly rows: RowStore;
  readonly #now: () => number;
  /** Rows that the worker has hidden and not shown again. */
  readonly #hidden = new Set<number>();
  #labelValues: string[][];

  /** @param now - Wall clock of this thread, for rows whose worker has not shown them itself. */
  constructor(head: MetricHead, now: () => number) {
    this.head = head;
    this.#now = now;
    this.rows = new RowStore(head.labelNames.length, 1, () => undefined);
    this.#labelValues = head.labelNames.map(() => []);
  }

  /** Texts of each label by id. */
  get labelValues(): readonly (readonly string[])[] {
    return this.#labelValues;
  }

  valueInterned(label: number, id: number, text: string): void {
    let values = this.#labelValues[label];
    if (values === undefined) return;
    if (values[id] !== undefined) {
      // Families that were read keep the old texts.
      values = [...values];
      this.#labelValues = this.#labelValues.with(label, values);
      this.epoch++;
    }
    values[id] = text;
  }

  rowStarted(row: number, ids: Int32Array, createdMs: number): void {
    if (row >= this.rows.rowCount) {
      this.rows.append(ids, createdMs);
      return;
    }
    this.rows.reuse(row, ids, createdMs);
    this.#hidden.delete(row);
    this.epoch++;
  }

  rowHidden(row: number): void {
    this.#hidden.add(row);
    this.rows.hide(row);
  }

  rowShown(row: number, createdMs: number): void {
    this.#hidden.delete(row);
    // It may be shown already, because its numbers said so; then it keeps the time it was given here.
    if (this.rows.isHidden(row)) this.rows.show(row, createdMs);
  }

  /**
   * Shows hidden rows on which the worker has recorded something, though it did not find time to say so.
   *
   * @param numbers - Copies of the numbers of each chunk.
   * @param isCleared - Whether the numbers of a row mean nothing, since they are being cleared.
   */
  showTouched(numbers: readonly Float64Array[], isCleared: (row: number) => boolean): void {
    for (const row of this.#hidden) {
      const values = numbers[Math.floor(row / CHUNK_ROWS)];
      const start = (row % CHUNK_ROWS) * this.head.width;
      const isShown = !isCleared(row) && isTouched(values?.subarray(start, start + this.head.width));
      if (isShown && this.rows.isHidden(row)) this.rows.show(row, this.#now());
      if (!isShown && !this.rows.isHidden(row)) this.rows.hide(row);
    }
  }

  /** Numbers of a row in the read-out. */
  get readWidth(): number {
    const { type, quantiles, width } = this.head;
    if (type === MetricType.SUMMARY) return quantiles.length + width;
    return type === MetricType.GAUGE ? 1 : width;
  }
}

/** As `RowStore.isTouched`: zeros that end in a negative zero are a hidden row on which nobody recorded. */
function isTouched(numbers: Float64Array | undefined): boolean {
  if (numbers === undefined) return false;
  return numbers.some((number, at) => !Object.is(number, at === numbers.length - 1 ? -0 : 0));
}
