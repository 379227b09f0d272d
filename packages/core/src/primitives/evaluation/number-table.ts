/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/** Numbers of series at evaluation times: a row for each series, a column for each time; some places are empty. */
export class NumberTable {
  /** Number of columns. */
  readonly width: number;
  /** Whether it is a constant, which goes with any series. Then it has one row without labels. */
  readonly isScalar: boolean;
  /** Labels of each row, the name of the metric not among them. */
  readonly labels: Labels[] = [];
  /** Of each row: the share of its windows at the last time in which it was observed. */
  readonly coverage: number[] = [];
  /** Row by row; NaN where there is nothing. A plain array: most tables are too small for a typed one to pay. */
  readonly #values: number[] = [];
  /** Places whose value really is NaN. */
  #nans: Set<number> | undefined;

  constructor(width: number, isScalar: boolean = false) {
    this.width = width;
    this.isScalar = isScalar;
  }

  /** Number of rows. */
  get rowCount(): number {
    return this.labels.length;
  }

  /**
   * Adds a row without values.
   *
   * @returns Where its values begin.
   */
  addRow(labels: Labels, coverage: number): number {
    const start = this.#values.length;
    for (let column = 0; column < this.width; column++) this.#values.push(NaN);
    this.labels.push(labels);
    this.coverage.push(coverage);
    return start;
  }

  /** Takes the last row, which must be empty, away. */
  dropRow(): void {
    this.labels.pop();
    this.coverage.pop();
    this.#values.length -= this.width;
  }

  /** Puts a value at a place. */
  set(place: number, value: number): void {
    this.#values[place] = value;
    if (Number.isNaN(value)) (this.#nans ??= new Set()).add(place);
  }

  /** Whether a place has a value. */
  has(place: number): boolean {
    return !Number.isNaN(this.#values[place]) || this.#nans?.has(place) === true;
  }

  /** The value at a place; NaN when it has none. */
  at(place: number): number {
    return this.#values[place] ?? NaN;
  }

  /** A copy of the values of a row, if it has one in each column. */
  fullRow(row: number): Float64Array | undefined {
    const start = row * this.width;
    for (let column = 0; column < this.width; column++) {
      if (!this.has(start + column)) return undefined;
    }
    const values = new Float64Array(this.width);
    for (let column = 0; column < this.width; column++) values[column] = this.at(start + column);
    return values;
  }
}
