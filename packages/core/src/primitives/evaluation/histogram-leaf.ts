import { QuerySemantics } from '../../interfaces/history-source.ts';
import { WindowFunction } from '../../interfaces/query-expression.ts';
import { type NativeKernel, nativeKernelOf } from '../windows/native-window.ts';
import type { SampleWindow } from '../windows/sample-window.ts';
import type { WindowKernel } from '../windows/window-kernel.ts';
import { windowKernelOf } from '../windows/window-kernels.ts';
import { exactRowIncrease, exactRowRate } from './exact-rows.ts';
import { HistogramRow } from './histogram-row.ts';
import type { SeriesColumns } from './series-columns.ts';
import { type LeafDemand, SeriesLeaf } from './series-leaf.ts';

/** Fills in the explicit buckets and the sum at a time. False when there is no value. */
type RowKernel = (row: HistogramRow, time: number, window: SampleWindow, columns: SeriesColumns) => boolean;

/** A leaf that is asked for histograms. */
export class HistogramLeaf extends SeriesLeaf {
  /** One for each series that has a value at some time. */
  readonly rows: HistogramRow[] = [];
  readonly #nativeKernel: NativeKernel | undefined;
  readonly #rowKernel: RowKernel;

  constructor(demand: LeafDemand) {
    super(demand);
    this.#nativeKernel = nativeKernelOf(demand.expression, demand.semantics);
    this.#rowKernel = rowKernelOf(demand);
  }

  override add(columns: SeriesColumns): void {
    const { series } = columns;
    const coverage = this.learn(series);
    if (!columns.isHistogram) return;
    const row = new HistogramRow(
      { labels: series.labels, coverage, bounds: columns.bounds },
      { times: this.demand.times.count, isNative: series.native !== undefined },
    );
    const window = this.windowOver(columns.moments);
    for (let time = 0; time < row.present.length; time++) {
      this.move(window, time);
      row.present[time] = Number(this.#fill(row, time, window, columns));
    }
    if (row.present.includes(1)) this.rows.push(row);
  }

  #fill(row: HistogramRow, time: number, window: SampleWindow, columns: SeriesColumns): boolean {
    window.column = columns.moments;
    const native = row.natives && this.#nativeKernel?.(window, columns.native);
    if (row.natives !== undefined) row.natives[time] = native;
    if (!columns.isNativeOnly) return this.#rowKernel(row, time, window, columns);
    if (native === undefined) return false;
    row.countsAt(time).fill(native.count);
    row.sums[time] = native.sum;
    return true;
  }
}

function rowKernelOf({ expression, semantics }: LeafDemand): RowKernel {
  if (expression.kind === 'window' && semantics === QuerySemantics.EXACT) {
    if (expression.fn === WindowFunction.INCREASE) return exactRowIncrease;
    if (expression.fn === WindowFunction.RATE) return exactRowRate;
  }
  return columnByColumn(windowKernelOf(expression, semantics));
}

/** Prometheus sees each bucket as a series of its own. */
function columnByColumn(kernel: WindowKernel): RowKernel {
  return (row, time, window, columns) => {
    const { buckets } = columns;
    const start = time * buckets.length;
    for (let bucket = 0; bucket < buckets.length; bucket++) {
      window.column = buckets[bucket] ?? columns.value;
      const count = kernel(window, NaN);
      if (count === undefined) return false;
      row.counts[start + bucket] = count;
    }
    window.column = columns.sum;
    row.sums[time] = kernel(window, NaN) ?? NaN;
    return true;
  };
}
