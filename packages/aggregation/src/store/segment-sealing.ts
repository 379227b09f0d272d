import { ByteWriter } from '../encoding/byte-writer.ts';
import type { CellBuilder } from './cell-builder.ts';
import type { HistorySeries } from './history-series.ts';
import { RowBuffer } from './row-buffer.ts';
import { writeRows } from './row-encoding.ts';
import { SealedSegment } from './sealed-segment.ts';
import type { TickSegment } from './tick-segment.ts';

/** Series looked at between two looks at the clock. */
const SERIES_AT_ONCE = 16;

/** Turns a segment that is full into a compressed one and its samples into cells, series by series, in as many steps as it likes. */
export class SegmentSealing {
  /** The segment that is on its way. */
  readonly segment: TickSegment;
  readonly #cells: CellBuilder | undefined;
  readonly #rows: RowBuffer;
  readonly #writer = new ByteWriter();
  readonly #offsets: Uint32Array;
  #next = 0;
  #samples = 0;

  /**
   * @param width - Numbers of a sample.
   * @param cells - Makes the cells of the next tier, if there is one.
   */
  constructor(segment: TickSegment, width: number, cells: CellBuilder | undefined) {
    this.segment = segment;
    this.#cells = cells;
    this.#rows = new RowBuffer(width);
    this.#offsets = new Uint32Array(segment.slots + 1);
  }

  /**
   * Goes on until time is up.
   *
   * @returns The compressed segment when all is done.
   */
  run(seriesOf: (slot: number) => HistorySeries | undefined, isTimeUp: () => boolean): SealedSegment | undefined {
    const { segment } = this;
    const ticks = segment.timestampsMs.length;
    while (this.#next < segment.slots) {
      if (this.#next % SERIES_AT_ONCE === 0 && this.#next > 0 && isTimeUp()) return undefined;
      this.#seal(this.#next++, seriesOf, ticks);
    }
    return new SealedSegment({
      timestampsMs: segment.timestampsMs,
      isNative: segment.isNative,
      offsets: this.#offsets,
      bytes: this.#writer.take(),
      samples: this.#samples,
    });
  }

  #seal(slot: number, seriesOf: (slot: number) => HistorySeries | undefined, ticks: number): void {
    const rows = this.#rows;
    this.segment.read(slot, rows);
    if (rows.count > 0) {
      writeRows(this.#writer, rows, ticks);
      const series = seriesOf(slot);
      if (series !== undefined) this.#cells?.add(series, rows);
      this.#samples += rows.count;
    }
    this.#offsets[slot + 1] = this.#writer.length;
  }
}
