import { ReservedLabelValue } from '../../interfaces/label-set.ts';
import type { SourceFamily } from '../../metrics/source-family.ts';
import { SUMMARY_BUCKETS } from '../../metrics/summary-window.ts';
import type { ExponentialBucketsOptions } from '../../primitives/exponential-buckets.ts';
import type { ContributedRow } from './contribution.ts';
import { MergedBuckets, MergedWindows } from './merged-buckets.ts';
import type { MergedRows } from './merged-rows.ts';
import { type Candidate, type NumberFolding, UNWRITTEN } from './number-folding.ts';

/**
 * What a merged family keeps of workers that are gone or dropped a series: the numbers of its rows, and what belongs to
 * them. Living workers' numbers are added to copies.
 */
export class KeptSeries {
  /** When the last worker that had the series exited, by row. Rows that no worker took with it are not in here. */
  readonly sinceMs: Map<number, number> = new Map();
  /** What the last write of a gauge says, by row. */
  readonly marks: Map<number, number> = new Map();
  readonly native: MergedBuckets;
  readonly windows: MergedWindows;
  readonly #rows: MergedRows;
  readonly #folding: NumberFolding;

  constructor({ rules }: Pick<SourceFamily, 'rules'>, rows: MergedRows, folding: NumberFolding) {
    this.native = new MergedBuckets(nativeOptions(rules));
    this.windows = new MergedWindows(SUMMARY_BUCKETS, rules.sliceMs);
    this.#rows = rows;
    this.#folding = folding;
  }

  /** Keeps a row of a worker that exited. */
  keep(row: number, from: ContributedRow, nowMs: number): void {
    const { store } = this.#rows;
    if (store.isHidden(row)) store.show(row, from.block.createdMs[from.row] ?? 0);
    if (this.#folding.isSum) this.add(row, from);
    else this.#choose(row, from);
    this.sinceMs.set(row, nowMs);
  }

  /** Adds the numbers of a worker's row. */
  add(row: number, { input, block, blockAt, row: from }: ContributedRow): void {
    const { store } = this.#rows;
    this.#addNumbers(row, block.values, from * store.width);
    if (block.native !== undefined) this.native.add(row, block.native, from);
    for (const slice of input.details[blockAt]?.windows ?? []) this.windows.add(row, slice, from);
  }

  /** Takes a row over from another object, under another number. */
  take(row: number, others: KeptSeries, otherRow: number): void {
    const { store } = others.#rows;
    const sinceMs = others.sinceMs.get(otherRow);
    const mark = others.marks.get(otherRow);
    if (this.#folding.isSum) this.#addNumbers(row, store.values(otherRow), store.offset(otherRow));
    else this.#write(row, store.values(otherRow)[store.offset(otherRow)] ?? 0);
    if (sinceMs !== undefined) this.sinceMs.set(row, sinceMs);
    if (mark !== undefined) this.marks.set(row, mark);
    this.native.take(row, others.native, otherRow);
    this.windows.take(row, others.windows, otherRow);
  }

  /** Ends a series: its row is hidden and its numbers are zero, until somebody has it again. */
  end(row: number): void {
    this.#rows.store.hide(row);
    this.sinceMs.delete(row);
    this.marks.delete(row);
    this.native.delete(row);
    this.windows.delete(row);
  }

  /**
   * Moves the series that were kept for longest into the overflow series, so that restarting workers cannot fill the
   * memory.
   *
   * @param most - Series that may be kept.
   */
  bound(most: number, nowMs: number): void {
    const surplus = this.sinceMs.size - most;
    if (surplus <= 0) return;
    const overflow = this.#overflowRow(nowMs);
    const oldest = [...this.sinceMs].toSorted(([, a], [, b]) => a - b).filter(([row]) => row !== overflow);
    for (const [row] of oldest.slice(0, surplus)) {
      if (this.#folding.isSum) this.#move(row, overflow);
      this.end(row);
    }
  }

  #overflowRow(nowMs: number): number {
    const { labelValues, store } = this.#rows;
    const tuple = Int32Array.from(labelValues, (_, label) => this.#rows.idOf(label, ReservedLabelValue.OVERFLOW));
    const row = this.#rows.rowOf(tuple, nowMs);
    if (store.isHidden(row)) store.show(row, nowMs);
    this.sinceMs.set(row, nowMs);
    return row;
  }

  #move(from: number, to: number): void {
    const { store } = this.#rows;
    this.#addNumbers(to, store.values(from), store.offset(from));
    this.native.move(from, to);
    this.windows.move(from, to);
  }

  #addNumbers(row: number, numbers: Float64Array, start: number): void {
    const { store } = this.#rows;
    const kept = store.values(row);
    const offset = store.offset(row);
    for (let column = this.#folding.firstColumn; column < store.width; column++) {
      kept[offset + column] = (kept[offset + column] ?? 0) + (numbers[start + column] ?? 0);
    }
  }

  #choose(row: number, { input, blockAt, block, row: from }: ContributedRow): void {
    const { store } = this.#rows;
    const candidate = { value: block.values[from] ?? NaN, mark: input.details[blockAt]?.marks?.[from] ?? 1 };
    const chosen: Candidate = {
      value: store.values(row)[store.offset(row)] ?? NaN,
      mark: this.marks.get(row) ?? UNWRITTEN,
    };
    if (this.sinceMs.has(row) && !this.#folding.replaces(chosen, candidate)) return;
    this.#write(row, candidate.value);
    this.marks.set(row, candidate.mark);
  }

  #write(row: number, value: number): void {
    this.#rows.store.values(row)[this.#rows.store.offset(row)] = value;
  }
}

/** How the native buckets of a family are merged. */
export function nativeOptions({ native }: SourceFamily['rules']): ExponentialBucketsOptions {
  const { schema, maxBuckets, zeroThreshold } = native ?? SUMMARY_BUCKETS;
  return { schema, maxBuckets, zeroThreshold, overflow: 'downscale' };
}
