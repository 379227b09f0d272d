import type { SeriesTable } from './series-table.ts';

/**
 * Finds series on which nothing is recorded any more, by comparing what they count with what they counted at the last look. The
 * hot path pays nothing for it.
 */
export class IdleRows {
  readonly #ttlMs: number;
  readonly #activityOf: (row: number) => number;
  #activity: Float64Array = new Float64Array(0);
  #changedMs: Float64Array = new Float64Array(0);

  /**
   * @param ttlMs - How long a series may be idle.
   * @param activityOf - A number of a row that every record changes.
   */
  constructor(ttlMs: number, activityOf: (row: number) => number) {
    this.#ttlMs = ttlMs;
    this.#activityOf = activityOf;
  }

  /**
   * Hides the rows that were idle for too long.
   *
   * @param monotonicMs - Time of this look.
   */
  hideIn(table: SeriesTable, monotonicMs: number): void {
    const { rows } = table;
    this.#reserve(rows.rowCount);
    for (let row = 0; row < rows.rowCount; row++) {
      const activity = this.#activityOf(row);
      if (activity !== this.#activity[row] || rows.isHidden(row)) {
        this.#activity[row] = activity;
        this.#changedMs[row] = monotonicMs;
      } else if (monotonicMs - (this.#changedMs[row] ?? 0) >= this.#ttlMs) {
        table.hide(row);
      }
    }
  }

  /** Takes note that a row begins anew: what it counts next is not what it counted at the last look. */
  restart(row: number): void {
    if (row < this.#activity.length) this.#activity[row] = NaN;
  }

  #reserve(rows: number): void {
    if (rows <= this.#activity.length) return;
    const capacity = Math.max(rows, this.#activity.length * 2);
    const activity = new Float64Array(capacity).fill(NaN);
    const changedMs = new Float64Array(capacity);
    activity.set(this.#activity);
    changedMs.set(this.#changedMs);
    this.#activity = activity;
    this.#changedMs = changedMs;
  }
}
