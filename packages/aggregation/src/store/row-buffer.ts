import type { NativeRow } from '../native/native-row.ts';

/** The samples of one series in one segment, column by column. Filled anew for each series and segment. */
export class RowBuffer {
  /** Number of samples. */
  count = 0;
  /** For each sample the tick of the segment that it belongs to, ascending. */
  ticks: Int32Array = new Int32Array(64);
  /** The numbers of the samples, one column for each number. */
  readonly columns: Float64Array[];
  /** Native histogram of each sample; empty for others. */
  natives: NativeRow[] = [];

  constructor(width: number) {
    this.columns = Array.from({ length: width }, () => new Float64Array(64));
  }

  /** Empties it and makes room. */
  reset(capacity: number): void {
    this.count = 0;
    this.natives = [];
    if (this.ticks.length >= capacity) return;
    this.ticks = new Int32Array(2 * capacity);
    for (let at = 0; at < this.columns.length; at++) this.columns[at] = new Float64Array(2 * capacity);
  }

  /** Says that there is a sample for each of the first ticks. */
  takeAll(ticks: number): void {
    this.count = ticks;
    for (let tick = 0; tick < ticks; tick++) this.ticks[tick] = tick;
  }

  /** One number of one sample. */
  at(column: number, row: number): number {
    return this.columns[column]?.[row] ?? NaN;
  }
}
