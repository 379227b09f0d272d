import type { HistoryGap, QuerySemantics } from '../../interfaces/history-source.ts';
import { HistoryGap as Gap, QuerySemantics as Semantics } from '../../interfaces/history-source.ts';
import type { SelectExpression, WindowExpression } from '../../interfaces/query-expression.ts';
import type { MetricObservation, SampledSeries } from '../../interfaces/sampled-series.ts';
import { keepsHistograms } from '../query/check-expression.ts';
import { type NativeKernel, nativeKernel } from '../windows/native-window.ts';
import { SampleWindow } from '../windows/sample-window.ts';
import type { WindowKernel } from '../windows/window-kernel.ts';
import { windowKernel } from '../windows/window-kernels.ts';
import type { EvaluationTimes } from './evaluation-times.ts';
import { HistogramRow } from './histogram-row.ts';
import { NumberTable } from './number-table.ts';
import { observedShare } from './observed-share.ts';
import type { SeriesColumns } from './series-columns.ts';

/** What a leaf is asked. */
export interface LeafDemand {
  /** The leaf of the expression. */
  readonly expression: SelectExpression | WindowExpression;
  /** When. */
  readonly times: EvaluationTimes;
  /** How. */
  readonly semantics: QuerySemantics;
  /** How long a value stays valid after its sample. */
  readonly lookbackMs: number;
  /** Whether histograms are wanted, and not numbers. */
  readonly asHistograms: boolean;
}

/** How much of what a leaf needs is known, and why not all. */
export interface LeafKnowledge {
  /** Share of the span that was observed. */
  readonly coverage: number;
  /** Set when it is below 1. */
  readonly reason: HistoryGap | undefined;
}

/** A leaf of an expression: takes the samples of its series one by one, and holds what came of them. */
export class SeriesLeaf {
  /** Start of the samples it needs, exclusive. */
  readonly fromMs: number;
  /** End of the samples it needs. */
  readonly toMs: number;
  /** Numbers of the series, when numbers are wanted. */
  readonly numbers: NumberTable;
  /** Histograms of the series, when histograms are wanted. */
  readonly histograms: HistogramRow[] = [];
  readonly #demand: LeafDemand;
  readonly #kernel: WindowKernel;
  readonly #nativeKernel: NativeKernel | undefined;
  readonly #windowMs: number;
  readonly #offsetMs: number;
  readonly #parameter: number;
  #coverage = -1;
  #observedSinceMs = Infinity;

  constructor(demand: LeafDemand) {
    const { expression, times, semantics, lookbackMs } = demand;
    this.#demand = demand;
    this.#offsetMs = expression.offsetMs ?? 0;
    const isWindow = expression.kind === 'window';
    this.#windowMs = isWindow ? expression.windowMs : lookbackMs;
    this.#parameter = isWindow ? (expression.parameter ?? NaN) : NaN;
    this.#kernel = isWindow ? windowKernel(expression.fn, semantics) : valueNow;
    this.#nativeKernel = isWindow ? nativeKernel(expression.fn, semantics) : histogramNow;
    this.fromMs = times.startMs - this.#offsetMs - this.#windowMs;
    this.toMs = times.lastMs - this.#offsetMs;
    this.numbers = new NumberTable(times.count);
  }

  /** Takes the samples of a series. */
  add(columns: SeriesColumns): void {
    this.#learn(columns.series);
    if (this.#demand.asHistograms) this.#addHistograms(columns);
    else this.#addNumbers(columns);
  }

  /** How much is known, after all series were added. */
  knowledge(observation: MetricObservation | undefined): LeafKnowledge {
    const from = this.#spanStart;
    if (this.#coverage >= 0) {
      if (this.#coverage >= 1) return { coverage: 1, reason: undefined };
      const isLate = this.#observedSinceMs > from;
      return {
        coverage: this.#coverage,
        reason: isLate ? (observation?.reason ?? Gap.OBSERVATION_BEGAN) : Gap.INTERRUPTED,
      };
    }
    if (observation === undefined) return { coverage: 0, reason: Gap.UNKNOWN_METRIC };
    const { sinceMs, reason } = observation;
    if (sinceMs <= from) return { coverage: 1, reason: undefined };
    return { coverage: sinceMs >= this.toMs ? 0 : (this.toMs - sinceMs) / (this.toMs - from), reason };
  }

  /** Start of the span that is asked about: a last value is asked for one moment, however old it may be. */
  get #spanStart(): number {
    return this.#demand.expression.kind === 'window' ? this.fromMs : this.fromMs + this.#windowMs;
  }

  #learn(series: SampledSeries): void {
    this.#observedSinceMs = Math.min(this.#observedSinceMs, series.observedSinceMs);
    const fromMs = this.#spanStart;
    const { lookbackMs } = this.#demand;
    const share =
      fromMs === this.toMs
        ? Number(series.observedSinceMs <= fromMs)
        : observedShare(series, { fromMs, toMs: this.toMs, lookbackMs });
    this.#coverage = Math.max(this.#coverage, share);
  }

  /** Share of the last window in which the series was observed. */
  #coverageOf(series: SampledSeries): number {
    if (this.#demand.expression.kind === 'select') return 1;
    const { lookbackMs } = this.#demand;
    return observedShare(series, { fromMs: this.toMs - this.#windowMs, toMs: this.toMs, lookbackMs });
  }

  #addNumbers(columns: SeriesColumns): void {
    const kernel = this.#numberKernel(columns);
    const { times, lookbackMs } = this.#demand;
    const table = this.numbers;
    const start = table.addRow(columns.series.labels, this.#coverageOf(columns.series));
    const window = new SampleWindow(columns.value, lookbackMs);
    let isEmpty = true;
    for (let time = 0; time < times.count; time++) {
      this.#move(window, time);
      const value = kernel(window, this.#parameter);
      if (value === undefined) continue;
      table.set(start + time, value);
      isEmpty = false;
    }
    if (isEmpty) table.dropRow();
  }

  /** Prometheus has no count series of a native histogram: the count is taken from what is worked out for the whole. */
  #numberKernel(columns: SeriesColumns): WindowKernel {
    const { expression, semantics } = this.#demand;
    const native = this.#nativeKernel;
    const viaNative = semantics === Semantics.PROMETHEUS && columns.isNativeOnly && native !== undefined;
    if (!viaNative || (expression.kind === 'window' && !keepsHistograms(expression.fn))) return this.#kernel;
    return (window) => native(window, columns.native)?.count;
  }

  #addHistograms(columns: SeriesColumns): void {
    const { series } = columns;
    if (!columns.isHistogram) return;
    const { times, lookbackMs } = this.#demand;
    const row = new HistogramRow(
      { labels: series.labels, coverage: this.#coverageOf(series), bounds: columns.bounds },
      { times: times.count, isNative: series.native !== undefined },
    );
    const window = new SampleWindow(columns.value, lookbackMs);
    let isEmpty = true;
    for (let time = 0; time < times.count; time++) {
      this.#move(window, time);
      if (
        columns.isNativeOnly ? this.#fillNative(row, window, columns, time) : this.#fill(row, window, columns, time)
      ) {
        isEmpty = false;
      }
    }
    if (!isEmpty) this.histograms.push(row);
  }

  #fill(row: HistogramRow, window: SampleWindow, columns: SeriesColumns, time: number): boolean {
    const counts = row.countsAt(time);
    let isPresent = false;
    for (const [bucket, column] of columns.buckets.entries()) {
      window.column = column;
      const count = this.#kernel(window, this.#parameter);
      if (count === undefined) break;
      counts[bucket] = count;
      isPresent = true;
    }
    if (!isPresent) return false;
    window.column = columns.sum;
    row.sums[time] = this.#kernel(window, this.#parameter) ?? NaN;
    row.present[time] = 1;
    window.column = columns.value;
    if (row.natives !== undefined) row.natives[time] = this.#nativeKernel?.(window, columns.native);
    return true;
  }

  #fillNative(row: HistogramRow, window: SampleWindow, columns: SeriesColumns, time: number): boolean {
    const histogram = this.#nativeKernel?.(window, columns.native);
    if (histogram === undefined || row.natives === undefined) return false;
    row.natives[time] = histogram;
    row.countsAt(time).fill(histogram.count);
    row.sums[time] = histogram.sum;
    row.present[time] = 1;
    return true;
  }

  #move(window: SampleWindow, time: number): void {
    const { startMs, stepMs } = this.#demand.times;
    const evaluationMs = startMs + time * stepMs;
    const toMs = evaluationMs - this.#offsetMs;
    window.moveTo(toMs - this.#windowMs, toMs, evaluationMs);
  }
}

/** The last value, as long as it is valid. */
const valueNow: WindowKernel = (window) =>
  window.isCarried(window.end, window.toMs) ? window.value(window.end - 1) : undefined;

const histogramNow: NativeKernel = (window, samples) =>
  window.isCarried(window.end, window.toMs) ? samples(window.end - 1) : undefined;
