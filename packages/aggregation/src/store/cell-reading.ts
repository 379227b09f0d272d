import type { SampleCells, SampledSeries } from '@bduf/metrics-core/interfaces';
import { type NativeRow, nativeBlockOf } from '../native/native-row.ts';
import { CellColumn, cellWidth } from './cell-columns.ts';
import { CellFolding } from './cell-folding.ts';
import type { HistorySeries } from './history-series.ts';
import type { MetricTimeline } from './metric-timeline.ts';
import { RowBuffer } from './row-buffer.ts';
import { SampleTrail } from './sample-trail.ts';
import { type SegmentSpan, segmentSpan } from './segment-span.ts';
import type { TierChoice } from './tier-choice.ts';

/** Reads the cells of series, and after them the samples that are no cells yet, as cells of one sample each. */
export class CellReading {
  readonly #timeline: MetricTimeline;
  readonly #choice: TierChoice;
  readonly #cells: SegmentSpan;
  readonly #samples: SegmentSpan;
  readonly #cellRows: RowBuffer;
  readonly #sampleRows: RowBuffer;
  readonly #trail: SampleTrail;
  readonly #folding: CellFolding;
  readonly #numbers: Float64Array;

  constructor(timeline: MetricTimeline, choice: TierChoice) {
    const { width } = timeline.shape;
    this.#timeline = timeline;
    this.#choice = choice;
    this.#cells = segmentSpan(choice.cells, Infinity);
    this.#samples = segmentSpan(choice.samples, timeline.interruptedAfterMs);
    this.#cellRows = new RowBuffer(cellWidth(width));
    this.#sampleRows = new RowBuffer(width);
    this.#trail = new SampleTrail(timeline.shape);
    this.#folding = new CellFolding(timeline.shape);
    this.#numbers = new Float64Array(width);
  }

  /** All cells of a series; `undefined` when it has none. */
  read(series: HistorySeries): SampledSeries | undefined {
    const { type, width, upperBounds } = this.#timeline.shape;
    const columns = new CellList(width);
    this.#addCells(series, columns);
    this.#addSamples(series, columns);
    const { size } = columns;
    if (size === 0) return undefined;
    const ticks = this.#cells.timestampsMs.length + this.#samples.timestampsMs.length;
    const cells = columns.cells();
    return {
      labels: series.labels,
      type,
      createdMs: series.createdAt(columns.timesMs[0] ?? NaN),
      observedSinceMs: this.#choice.observedSinceMs,
      timestampsMs: Float64Array.from(columns.timesMs),
      values: columns.lasts(),
      width,
      upperBounds,
      native: columns.natives.length === size ? nativeBlockOf(columns.natives) : undefined,
      resets: Int32Array.from(cells.resets.keys()).filter((at) => (cells.resets[at] ?? 0) > 0),
      gaps: columns.gaps(ticks),
      cells,
    };
  }

  #addCells({ slot }: HistorySeries, into: CellList): void {
    const rows = this.#cellRows;
    const { timestampsMs, parts } = this.#cells;
    for (const { segment, start } of parts) {
      segment.read(slot, rows);
      for (let row = 0; row < rows.count; row++) {
        const place = start + (rows.ticks[row] ?? 0);
        const numbers = rows.columns.map((column) => column[row] ?? NaN);
        into.add(numbers, { place, atMs: timestampsMs[place] ?? NaN, native: rows.natives[row] });
      }
    }
  }

  #addSamples(series: HistorySeries, into: CellList): void {
    const { trails } = this.#timeline;
    const rows = this.#sampleRows;
    trails.load(series.slot, this.#trail);
    const { timestampsMs, parts, interruptions } = this.#samples;
    const before = this.#cells.timestampsMs.length;
    for (const { segment, start } of parts) {
      segment.read(series.slot, rows);
      for (let row = 0; row < rows.count; row++) {
        const place = start + (rows.ticks[row] ?? 0);
        const atMs = timestampsMs[place] ?? NaN;
        for (let at = 0; at < this.#numbers.length; at++) this.#numbers[at] = rows.columns[at]?.[row] ?? NaN;
        const tickBeforeMs = place === 0 ? trails.tickMs : (timestampsMs[place - 1] ?? NaN);
        const isAdjacent = this.#trail.beforeMs === tickBeforeMs && !interruptions.has(place);
        this.#folding.begin();
        this.#folding.add(
          this.#numbers,
          this.#trail.before,
          this.#trail.stepTo(this.#numbers, atMs, { series, isAdjacent }),
        );
        this.#trail.moveTo(this.#numbers, atMs);
        into.add(Array.from(this.#folding.cell), { place: before + place, atMs, native: rows.natives[row] });
      }
    }
  }
}

/** Cells of one series as they are found. */
class CellList {
  /** Time of each. */
  readonly timesMs: number[] = [];
  /** Native histogram of each that has one. */
  readonly natives: NativeRow[] = [];
  readonly #width: number;
  readonly #places: number[] = [];
  readonly #rows: (readonly number[])[] = [];

  constructor(width: number) {
    this.#width = width;
  }

  get size(): number {
    return this.#rows.length;
  }

  add(
    numbers: readonly number[],
    of: { readonly place: number; readonly atMs: number; readonly native: NativeRow | undefined },
  ): void {
    this.#rows.push(numbers);
    this.#places.push(of.place);
    this.timesMs.push(of.atMs);
    if (of.native !== undefined) this.natives.push(of.native);
  }

  /** The last sample of each. */
  lasts(): Float64Array {
    const values = new Float64Array(this.size * this.#width);
    for (const [at, row] of this.#rows.entries()) {
      for (let number = 0; number < this.#width; number++) {
        values[at * this.#width + number] = row[CellColumn.LAST + number] ?? NaN;
      }
    }
    return values;
  }

  cells(): SampleCells {
    const column = (at: number): Float64Array => Float64Array.from(this.#rows, (row) => row[at] ?? NaN);
    return {
      counts: column(CellColumn.COUNT),
      sums: column(CellColumn.SUM),
      mins: column(CellColumn.MIN),
      maxs: column(CellColumn.MAX),
      squares: column(CellColumn.SQUARES),
      increases: this.#increases(),
      resets: column(CellColumn.RESETS),
    };
  }

  /** Cells before which the series was away or nobody looked; the end when it is away then. */
  gaps(ticks: number): Int32Array {
    const gaps: number[] = [];
    for (let at = 1; at < this.size; at++) if ((this.#rows[at]?.[CellColumn.CUTS] ?? 0) > 0) gaps.push(at);
    if (this.#places.at(-1) !== ticks - 1) gaps.push(this.size);
    return Int32Array.from(gaps);
  }

  /** Difference of last samples, and what resets have hidden from it. */
  #increases(): Float64Array {
    const width = this.#width;
    const increases = new Float64Array(this.size * width);
    for (const [at, row] of this.#rows.entries()) {
      const before = row[CellColumn.FROM_ZERO] === 1 ? undefined : this.#rows[at - 1];
      for (let number = 0; number < width; number++) {
        const base = before?.[CellColumn.LAST + number] ?? 0;
        const lost = row[CellColumn.LAST + width + number] ?? 0;
        increases[at * width + number] = (row[CellColumn.LAST + number] ?? NaN) - base + lost;
      }
    }
    return increases;
  }
}
