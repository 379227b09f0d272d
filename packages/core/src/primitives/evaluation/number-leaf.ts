import { QuerySemantics } from '../../interfaces/history-source.ts';
import { keepsHistograms } from '../query/check-expression.ts';
import { nativeKernelOf } from '../windows/native-window.ts';
import type { WindowKernel } from '../windows/window-kernel.ts';
import { windowKernelOf } from '../windows/window-kernels.ts';
import { NumberTable } from './number-table.ts';
import type { SeriesColumns } from './series-columns.ts';
import { type LeafDemand, SeriesLeaf } from './series-leaf.ts';

/** A leaf that is asked for numbers. */
export class NumberLeaf extends SeriesLeaf {
  /** A row for each series that has a value at some time. */
  readonly table: NumberTable;
  readonly #kernel: WindowKernel;
  readonly #parameter: number;

  constructor(demand: LeafDemand) {
    super(demand);
    const { expression, times, semantics } = demand;
    this.table = new NumberTable(times.count);
    this.#kernel = windowKernelOf(expression, semantics);
    this.#parameter = expression.kind === 'window' ? (expression.parameter ?? NaN) : NaN;
  }

  override add(columns: SeriesColumns): void {
    const { table } = this;
    const kernel = this.#kernelFor(columns);
    const start = table.addRow(columns.series.labels, this.learn(columns.series));
    const window = this.windowOver(columns.value);
    let isEmpty = true;
    for (let time = 0; time < table.width; time++) {
      this.move(window, time);
      const value = kernel(window, this.#parameter);
      if (value === undefined) continue;
      table.set(start + time, value);
      isEmpty = false;
    }
    if (isEmpty) table.dropRow();
  }

  /** Prometheus has no count series of a native histogram: the count is taken from what is worked out for the whole. */
  #kernelFor(columns: SeriesColumns): WindowKernel {
    const { expression, semantics } = this.demand;
    if (semantics !== QuerySemantics.PROMETHEUS || !columns.isNativeOnly) return this.#kernel;
    if (expression.kind === 'select' || !keepsHistograms(expression.fn)) return this.#kernel;
    const native = nativeKernelOf(expression, semantics);
    return (window) => native?.(window, columns.native)?.count;
  }
}
