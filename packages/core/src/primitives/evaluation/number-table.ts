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
  /** Row by row. */
  values: Float64Array;
  /** 1 where there is a value. */
  present: Uint8Array;

  /** @param rows - How many are expected; more find room, too. */
  constructor(width: number, rows: number = 8, isScalar: boolean = false) {
    this.width = width;
    this.isScalar = isScalar;
    this.values = new Float64Array(rows * width);
    this.present = new Uint8Array(rows * width);
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
    const start = this.rowCount * this.width;
    if (start + this.width > this.values.length) this.#grow();
    this.labels.push(labels);
    this.coverage.push(coverage);
    return start;
  }

  /** Takes the last row away. */
  dropRow(): void {
    this.labels.pop();
    this.coverage.pop();
    const start = this.rowCount * this.width;
    this.present.fill(0, start, start + this.width);
  }

  /** Puts a value at a place. */
  set(place: number, value: number): void {
    this.values[place] = value;
    this.present[place] = 1;
  }

  /** Whether a place has a value. */
  has(place: number): boolean {
    return this.present[place] === 1;
  }

  /** The value at a place; anything when it has none. */
  at(place: number): number {
    return this.values[place] ?? NaN;
  }

  #grow(): void {
    const length = Math.max(2 * this.values.length, this.width);
    const values = new Float64Array(length);
    const present = new Uint8Array(length);
    values.set(this.values);
    present.set(this.present);
    this.values = values;
    this.present = present;
  }
}
