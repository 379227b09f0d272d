import type { NativeHistogram } from '../histograms/native-histogram.ts';
import type { Labels } from './number-table.ts';

/** Histograms of one series at evaluation times: explicit buckets, and native ones where the series has them. */
export class HistogramRow {
  /** Labels, the name of the metric not among them. */
  readonly labels: Labels;
  /** Share of the windows at the last time in which the series was observed. */
  readonly coverage: number;
  /** Upper bounds of the explicit buckets, ascending, Infinity last. */
  readonly bounds: readonly number[];
  /** Cumulative counts, time by time. */
  readonly counts: Float64Array;
  /** Sum of the observations at each time. */
  readonly sums: Float64Array;
  /** 1 at each time that has a value. */
  readonly present: Uint8Array;
  /** Native histogram at each time; `undefined` for a series without. */
  readonly natives: (NativeHistogram | undefined)[] | undefined;

  constructor(
    given: { readonly labels: Labels; readonly coverage: number; readonly bounds: readonly number[] },
    options: { readonly times: number; readonly isNative: boolean },
  ) {
    this.labels = given.labels;
    this.coverage = given.coverage;
    this.bounds = given.bounds;
    this.counts = new Float64Array(options.times * given.bounds.length);
    this.sums = new Float64Array(options.times);
    this.present = new Uint8Array(options.times);
    this.natives = options.isNative ? Array.from({ length: options.times }) : undefined;
  }

  /** Cumulative counts at a time. A view. */
  countsAt(time: number): Float64Array {
    return this.counts.subarray(time * this.bounds.length, (time + 1) * this.bounds.length);
  }

  /** Number of observations at a time. */
  totalAt(time: number): number {
    return this.natives?.[time]?.count ?? this.counts[(time + 1) * this.bounds.length - 1] ?? NaN;
  }

  /** Sum of the observations at a time. */
  sumAt(time: number): number {
    return this.natives?.[time]?.sum ?? this.sums[time] ?? NaN;
  }
}
