import { CellColumn, cellWidth } from './cell-columns.ts';
import { type MetricShape, valueAt } from './metric-shape.ts';

/** What is known of a sample in relation to the one before it. */
export interface SampleStep {
  /** Whether there is a sample before it at all. */
  readonly isFirst: boolean;
  /** Whether the series counted from 0 again in between. */
  readonly isReset: boolean;
  /** Whether observation was interrupted in between. */
  readonly isCut: boolean;
  /** Whether nobody knows when the series was created. */
  readonly isOfUnknownBirth: boolean;
}

/** Puts the samples of one series together into cells, one after the other. */
export class CellFolding {
  /** The cell as it is. */
  readonly cell: Float64Array;
  readonly #shape: MetricShape;
  #sum = 0;
  #compensation = 0;
  #mean = 0;

  constructor(shape: MetricShape) {
    this.#shape = shape;
    this.cell = new Float64Array(cellWidth(shape.width));
  }

  /** Begins a cell without samples. */
  begin(): void {
    clearCell(this.cell);
    this.#sum = 0;
    this.#compensation = 0;
    this.#mean = 0;
  }

  /**
   * Adds a sample.
   *
   * @param numbers - The sample, at its front.
   * @param before - The sample before it, in this cell or another; means nothing for the first sample of a series.
   */
  add(numbers: Float64Array, before: Float64Array, step: SampleStep): void {
    const { cell } = this;
    const isFirstOfCell = cell[CellColumn.COUNT] === 0;
    this.#addValue(valueAt(numbers, 0, this.#shape));
    if (isFirstOfCell && (step.isReset || step.isFirst)) cell[CellColumn.FROM_ZERO] = 1;
    if (step.isReset) cell[CellColumn.RESETS] = (cell[CellColumn.RESETS] ?? 0) + 1;
    if (step.isCut) cell[CellColumn.CUTS] = (cell[CellColumn.CUTS] ?? 0) + 1;
    const { width } = this.#shape;
    for (let at = 0; at < width; at++) {
      cell[CellColumn.LAST + at] = numbers[at] ?? NaN;
      if (step.isReset && !isFirstOfCell) this.#lose(at, before[at] ?? NaN);
      // What was counted before anybody looked is nobody's increase.
      else if (step.isFirst && step.isOfUnknownBirth) this.#lose(at, -(numbers[at] ?? NaN));
    }
  }

  #lose(at: number, count: number): void {
    const place = CellColumn.LAST + this.#shape.width + at;
    this.cell[place] = (this.cell[place] ?? 0) + count;
  }

  /** Sum by Neumaier, squares by Welford. */
  #addValue(value: number): void {
    const { cell } = this;
    const count = (cell[CellColumn.COUNT] ?? 0) + 1;
    cell[CellColumn.COUNT] = count;
    this.#addToSum(value);
    const distance = value - this.#mean;
    this.#mean += distance / count;
    cell[CellColumn.SQUARES] = (cell[CellColumn.SQUARES] ?? 0) + distance * (value - this.#mean);
    if (!((cell[CellColumn.MIN] ?? NaN) <= value) && !Number.isNaN(value)) cell[CellColumn.MIN] = value;
    if (!((cell[CellColumn.MAX] ?? NaN) >= value) && !Number.isNaN(value)) cell[CellColumn.MAX] = value;
  }

  #addToSum(value: number): void {
    const sum = this.#sum;
    const total = sum + value;
    if (Number.isFinite(total)) {
      this.#compensation += Math.abs(sum) >= Math.abs(value) ? sum - total + value : value - total + sum;
    }
    this.#sum = total;
    this.cell[CellColumn.SUM] = total + this.#compensation;
  }
}

/**
 * Adds a later cell to an earlier one.
 *
 * @param width - Numbers of a sample.
 */
export function mergeCell(earlier: Float64Array, later: Float64Array, width: number): void {
  const count = earlier[CellColumn.COUNT] ?? 0;
  const more = later[CellColumn.COUNT] ?? 0;
  const isEmpty = count === 0;
  const distance = isEmpty ? 0 : (later[CellColumn.SUM] ?? NaN) / more - (earlier[CellColumn.SUM] ?? NaN) / count;
  // Chan, Golub, LeVeque 1983.
  const between = isEmpty ? 0 : (distance * distance * count * more) / (count + more);
  add(earlier, later, CellColumn.SQUARES);
  earlier[CellColumn.SQUARES] = (earlier[CellColumn.SQUARES] ?? 0) + between;
  for (const at of [CellColumn.COUNT, CellColumn.SUM, CellColumn.RESETS, CellColumn.CUTS]) add(earlier, later, at);
  earlier[CellColumn.MIN] = lesser(earlier[CellColumn.MIN] ?? NaN, later[CellColumn.MIN] ?? NaN);
  earlier[CellColumn.MAX] = -lesser(-(earlier[CellColumn.MAX] ?? NaN), -(later[CellColumn.MAX] ?? NaN));
  const isFromZero = later[CellColumn.FROM_ZERO] === 1;
  if (isEmpty) earlier[CellColumn.FROM_ZERO] = later[CellColumn.FROM_ZERO] ?? NaN;
  for (let at = CellColumn.LAST; at < CellColumn.LAST + width; at++) {
    // What the earlier one has counted last, the later one does not go on from.
    if (isFromZero && !isEmpty) earlier[at + width] = (earlier[at + width] ?? NaN) + (earlier[at] ?? NaN);
    earlier[at] = later[at] ?? NaN;
    add(earlier, later, at + width);
  }
}

/** Makes a cell that nothing was added to. */
export function clearCell(cell: Float64Array): void {
  cell.fill(0);
  cell[CellColumn.MIN] = NaN;
  cell[CellColumn.MAX] = NaN;
}

function add(earlier: Float64Array, later: Float64Array, at: number): void {
  earlier[at] = (earlier[at] ?? NaN) + (later[at] ?? NaN);
}

/** The lesser of two; NaN only when both are. */
function lesser(a: number, b: number): number {
  return b < a || Number.isNaN(a) ? b : a;
}
