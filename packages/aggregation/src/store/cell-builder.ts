import { type NativeRow, nativeBlockOf } from '../native/native-row.ts';
import { CellColumn, cellWidth } from './cell-columns.ts';
import { CellFolding, clearCell, mergeCell } from './cell-folding.ts';
import type { HistorySeries } from './history-series.ts';
import type { MetricShape } from './metric-shape.ts';
import type { RowBuffer } from './row-buffer.ts';
import { SampleTrail, type SampleTrails } from './sample-trail.ts';
import type { Tick } from './tick-segment.ts';

/** What a {@link CellBuilder} works on. */
export interface CellBuilderOptions {
  /** Of the metric. */
  readonly shape: MetricShape;
  /** Length of a cell, aligned to the epoch. */
  readonly stepMs: number;
  /** Times of the ticks of the segment. */
  readonly timestampsMs: Float64Array;
  /** Number of slots of the segment. */
  readonly slots: number;
  /** Where samples have come to before the segment; moved on. `undefined` when the segment consists of cells already. */
  readonly trails: SampleTrails | undefined;
  /** A distance of ticks from which on a value does not hold between them. */
  readonly interruptedAfterMs: number;
}

/** Makes the cells of the next tier out of a segment, series by series. */
export class CellBuilder {
  readonly #options: CellBuilderOptions;
  /** First tick of each cell, and after the last cell the number of ticks. */
  readonly #starts: number[];
  readonly #values: Float64Array[];
  readonly #present: Uint8Array[];
  readonly #natives: (NativeRow | undefined)[][];
  readonly #trail: SampleTrail;
  readonly #folding: CellFolding;
  readonly #numbers: Float64Array;
  #hasNatives = false;

  constructor(options: CellBuilderOptions) {
    const { shape, slots, timestampsMs, stepMs } = options;
    this.#options = options;
    this.#starts = cellStarts(timestampsMs, stepMs);
    const cells = this.#starts.length - 1;
    const width = cellWidth(shape.width);
    this.#values = Array.from({ length: cells }, () => new Float64Array(slots * width));
    this.#present = Array.from({ length: cells }, () => new Uint8Array(slots));
    this.#natives = Array.from({ length: cells }, () => []);
    this.#trail = new SampleTrail(shape);
    this.#folding = new CellFolding(shape);
    this.#numbers = new Float64Array(options.trails === undefined ? width : shape.width);
  }

  /** Adds the samples of a series. */
  add(series: HistorySeries, rows: RowBuffer): void {
    const { trails } = this.#options;
    trails?.load(series.slot, this.#trail);
    let cell = 0;
    for (let from = 0; from < rows.count;) {
      while ((rows.ticks[from] ?? 0) >= (this.#starts[cell + 1] ?? Infinity)) cell++;
      let end = from + 1;
      while (end < rows.count && (rows.ticks[end] ?? 0) < (this.#starts[cell + 1] ?? Infinity)) end++;
      if (trails === undefined) this.#merge(rows, from, end);
      else this.#fold(series, rows, { from, end });
      this.#keep(series.slot, cell, rows.natives[end - 1]);
      from = end;
    }
    if (rows.count > 0) trails?.save(series.slot, this.#trail);
  }

  /** The cells, as ticks of the next tier. The time of a cell is that of its last tick. */
  finish(): readonly Tick[] {
    const { timestampsMs, slots, trails } = this.#options;
    if (trails !== undefined) trails.tickMs = timestampsMs.at(-1) ?? NaN;
    return this.#values.map((values, cell) => {
      const natives = this.#natives[cell] ?? [];
      return {
        atMs: timestampsMs[(this.#starts[cell + 1] ?? 0) - 1] ?? NaN,
        slots,
        values,
        present: this.#present[cell],
        native: this.#hasNatives ? nativeBlockOf(Array.from({ length: slots }, (_, slot) => natives[slot])) : undefined,
      };
    });
  }

  #fold(series: HistorySeries, rows: RowBuffer, { from, end }: { readonly from: number; readonly end: number }): void {
    this.#folding.begin();
    for (let row = from; row < end; row++) {
      const atMs = this.#options.timestampsMs[rows.ticks[row] ?? 0] ?? NaN;
      this.#read(rows, row);
      const isAdjacent = this.#isAdjacent(rows.ticks[row] ?? 0, atMs);
      const step = this.#trail.stepTo(this.#numbers, atMs, { series, isAdjacent });
      this.#folding.add(this.#numbers, this.#trail.before, step);
      this.#trail.moveTo(this.#numbers, atMs);
    }
  }

  #merge(rows: RowBuffer, from: number, end: number): void {
    const { width } = this.#options.shape;
    clearCell(this.#folding.cell);
    for (let row = from; row < end; row++) {
      this.#read(rows, row);
      mergeCell(this.#folding.cell, this.#numbers, width);
    }
  }

  #read(rows: RowBuffer, row: number): void {
    for (let at = 0; at < this.#numbers.length; at++) this.#numbers[at] = rows.columns[at]?.[row] ?? NaN;
  }

  #isAdjacent(tick: number, atMs: number): boolean {
    const { timestampsMs, trails, interruptedAfterMs } = this.#options;
    const tickBeforeMs = tick === 0 ? (trails?.tickMs ?? NaN) : (timestampsMs[tick - 1] ?? NaN);
    return this.#trail.beforeMs === tickBeforeMs && atMs - tickBeforeMs < interruptedAfterMs;
  }

  #keep(slot: number, cell: number, native: NativeRow | undefined): void {
    const { cell: numbers } = this.#folding;
    this.#values[cell]?.set(numbers, slot * numbers.length);
    const present = this.#present[cell];
    if (present !== undefined) present[slot] = numbers[CellColumn.COUNT] === 0 ? 0 : 1;
    const natives = this.#natives[cell];
    if (native === undefined || natives === undefined) return;
    natives[slot] = native;
    this.#hasNatives = true;
  }
}

/** First tick of each cell, and the number of ticks. */
function cellStarts(timestampsMs: Float64Array, stepMs: number): number[] {
  const starts: number[] = [];
  let cell = NaN;
  for (const [tick, atMs] of timestampsMs.entries()) {
    const next = Math.floor(atMs / stepMs);
    if (next !== cell) starts.push(tick);
    cell = next;
  }
  starts.push(timestampsMs.length);
  return starts;
}
