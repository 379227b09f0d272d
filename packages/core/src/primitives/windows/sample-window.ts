import type { SampleColumn } from './sample-column.ts';

/** The samples of a column in `(fromMs, toMs]`. Moved from window to window, ascending, without allocation. */
export class SampleWindow {
  /** The numbers that the window shows a part of. May be exchanged for another column of the same series. */
  column: SampleColumn;
  /** Start, exclusive, in milliseconds since the epoch. */
  fromMs: number = NaN;
  /** End, inclusive. */
  toMs: number = NaN;
  /** The time the question is asked for: the end of the window plus the offset. */
  evaluationMs: number = NaN;
  /** Index of the first sample in the window. */
  first = 0;
  /** Index after the last sample in the window. */
  end = 0;
  /** Whether so many windows follow each other that it pays to prepare for them. */
  readonly isRepeated: boolean;
  readonly #lookbackMs: number;
  #isFresh = true;

  /**
   * @param column - Its samples.
   * @param options - `lookbackMs`: how long a value stays valid after its sample. `moves`: how many windows are to come.
   */
  constructor(column: SampleColumn, options: { readonly lookbackMs: number; readonly moves: number }) {
    this.column = column;
    this.isRepeated = options.moves > 8;
    this.#lookbackMs = options.lookbackMs;
  }

  /** Goes over to another series, whose windows begin anew. */
  show(column: SampleColumn): this {
    this.column = column;
    this.#isFresh = true;
    return this;
  }

  /** Number of samples in the window. */
  get size(): number {
    return this.end - this.first;
  }

  /** Moves on. Neither end may go back. */
  moveTo(fromMs: number, toMs: number, evaluationMs: number): void {
    const { timestampsMs } = this.column;
    this.first = this.#isFresh ? firstAfter(timestampsMs, fromMs) : advance(timestampsMs, this.first, fromMs);
    this.end = this.#isFresh ? firstAfter(timestampsMs, toMs) : advance(timestampsMs, this.end, toMs);
    this.#isFresh = false;
    this.fromMs = fromMs;
    this.toMs = toMs;
    this.evaluationMs = evaluationMs;
  }

  /** Time of a sample. */
  time(index: number): number {
    return this.column.timestampsMs[index] ?? NaN;
  }

  /** Value of a sample. */
  value(index: number): number {
    return this.column.values[index] ?? NaN;
  }

  /** Increase in the cells from `from` to the end of the window; `undefined` when samples stand for themselves. */
  increaseOfCells(from: number): number | undefined {
    const { increases } = this.column;
    if (increases === undefined) return undefined;
    let sum = 0;
    for (let index = from; index < this.end; index++) sum += increases[index] ?? 0;
    return sum;
  }

  /** Whether the value of the sample before `next` still holds at a time up to that of `next`. */
  isCarried(next: number, toMs: number): boolean {
    if (next === 0) return false;
    const before = this.time(next - 1);
    if (before === toMs) return true;
    return !this.isCut(next) && toMs - before < this.lookbackAt(next - 1);
  }

  /** Whether observation was interrupted, or the series ended, before a sample. */
  isCut(index: number): boolean {
    return contains(this.column.series.gaps, index);
  }

  /** Whether the column began again from 0 with a sample. */
  isReset(index: number): boolean {
    return contains(this.column.resets, index);
  }

  /** How long the value of a sample stays valid. Samples of a downsampled tier may be farther apart than usual. */
  lookbackAt(index: number): number {
    if (this.column.series.cells === undefined || index < 1) return this.#lookbackMs;
    return Math.max(this.#lookbackMs, 2 * (this.time(index) - this.time(index - 1)));
  }
}

/** Index of the first time after a moment, by halving. */
function firstAfter(timestampsMs: Float64Array, moment: number): number {
  let low = 0;
  let high = timestampsMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timestampsMs[middle] ?? NaN) <= moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

function advance(timestampsMs: Float64Array, from: number, moment: number): number {
  let index = from;
  while (index < timestampsMs.length && (timestampsMs[index] ?? NaN) <= moment) index++;
  return index;
}

/** Whether a short ascending list has a number. */
function contains(list: ArrayLike<number>, wanted: number): boolean {
  for (let index = 0; index < list.length; index++) {
    if (list[index] === wanted) return true;
  }
  return false;
}
