import { QuerySemantics } from '../../interfaces/history-source.ts';
import type { SampledSeries } from '../../interfaces/sampled-series.ts';
import { type NativeHistogram, nativeHistogram, wasReset } from '../histograms/native-histogram.ts';
import { type SampleColumn, decreases } from '../windows/sample-column.ts';

/** The numbers of one series by column, each made when it is first asked for. Valid as long as the series is. */
export class SeriesColumns {
  /** The series. */
  readonly series: SampledSeries;
  readonly #semantics: QuerySemantics;
  #value: SampleColumn | undefined;
  #buckets: readonly SampleColumn[] | undefined;
  #sum: SampleColumn | undefined;
  #rowResets: ArrayLike<number> | undefined;
  #natives: (NativeHistogram | undefined)[] | undefined;

  constructor(series: SampledSeries, semantics: QuerySemantics) {
    this.series = series;
    this.#semantics = semantics;
  }

  /** Whether samples are distributions. */
  get isHistogram(): boolean {
    return this.series.type === 'histogram' || this.series.type === 'summary';
  }

  /** Whether native buckets are all there is. */
  get isNativeOnly(): boolean {
    return this.series.native !== undefined && this.series.upperBounds.length === 0;
  }

  /** Upper bounds of the explicit buckets, Infinity last. */
  get bounds(): readonly number[] {
    return [...this.series.upperBounds, Infinity];
  }

  /** The value of each sample; of a distribution the number of its observations. */
  get value(): SampleColumn {
    this.#value ??= this.isHistogram
      ? this.#column((row) => this.#countUpTo(row, Infinity), { hasCells: true })
      : this.#ofValues();
    return this.#value;
  }

  /** Cumulative count of each explicit bucket. */
  get buckets(): readonly SampleColumn[] {
    this.#buckets ??= this.bounds.map((bound, bucket) =>
      bound === Infinity ? this.value : this.#column((row) => this.#countUpTo(row, bucket), { hasCells: false }),
    );
    return this.#buckets;
  }

  /** Sum of the observations. */
  get sum(): SampleColumn {
    const { width, type } = this.series;
    const place = type === 'summary' ? width - 2 : width - 1;
    this.#sum ??= this.#column((row) => row[place] ?? NaN, { hasCells: false });
    return this.#sum;
  }

  /** The native histogram of a sample. */
  readonly native = (index: number): NativeHistogram => {
    const { native, values, width } = this.series;
    if (native === undefined) throw new TypeError('The series has no native histograms');
    this.#natives ??= Array.from({ length: this.series.timestampsMs.length });
    const known = this.#natives[index];
    if (known !== undefined) return known;
    const row = values.subarray(index * width, (index + 1) * width);
    const made = nativeHistogram(native, index, this.#countUpTo(row, Infinity), row[width - 1] ?? NaN);
    this.#natives[index] = made;
    return made;
  };

  #ofValues(): SampleColumn {
    const { series } = this;
    return {
      series,
      timestampsMs: series.timestampsMs,
      values: series.values,
      length: series.timestampsMs.length,
      resets: this.#knownResets() ?? decreases(series.values),
      cells: series.cells,
      increases: series.cells?.increases,
    };
  }

  #column(read: (row: Float64Array) => number, { hasCells }: { readonly hasCells: boolean }): SampleColumn {
    const { series } = this;
    const values = this.#eachRow(series.values, read);
    const increases = series.cells?.increases;
    return {
      series,
      timestampsMs: series.timestampsMs,
      values,
      length: series.timestampsMs.length,
      // All numbers of a histogram begin again together; Prometheus has separate series and cannot know.
      resets: this.#semantics === QuerySemantics.PROMETHEUS ? decreases(values) : this.#resetsOfRows(),
      cells: hasCells ? series.cells : undefined,
      increases: increases && this.#eachRow(increases, read),
    };
  }

  #eachRow(numbers: Float64Array, read: (row: Float64Array) => number): Float64Array {
    const { width } = this.series;
    const column = new Float64Array(this.series.timestampsMs.length);
    for (let index = 0; index < column.length; index++) {
      column[index] = read(numbers.subarray(index * width, (index + 1) * width));
    }
    return column;
  }

  #countUpTo(row: Float64Array, bucket: number): number {
    if (this.series.type === 'summary') return row.at(-1) ?? NaN;
    let count = 0;
    for (let index = 0; index <= bucket && index < row.length - 1; index++) count += row[index] ?? 0;
    return count;
  }

  #knownResets(): ArrayLike<number> | undefined {
    return this.#semantics === QuerySemantics.PROMETHEUS ? undefined : this.series.resets;
  }

  #resetsOfRows(): ArrayLike<number> {
    this.#rowResets ??= this.#knownResets() ?? (this.isNativeOnly ? this.#resetsOfNatives() : this.#resetsOfCounts());
    return this.#rowResets;
  }

  #resetsOfNatives(): readonly number[] {
    const found: number[] = [];
    for (let index = 1; index < this.series.timestampsMs.length; index++) {
      if (wasReset(this.native(index - 1), this.native(index))) found.push(index);
    }
    return found;
  }

  /** A reset shows in some bucket, hardly ever in all. */
  #resetsOfCounts(): readonly number[] {
    const { values, width, timestampsMs, type } = this.series;
    const counts = type === 'summary' ? [width - 1] : Array.from({ length: width - 1 }, (_, place) => place);
    const found: number[] = [];
    for (let index = 1; index < timestampsMs.length; index++) {
      const isLess = (place: number): boolean =>
        (values[index * width + place] ?? NaN) < (values[(index - 1) * width + place] ?? NaN);
      if (counts.some(isLess)) found.push(index);
    }
    return found;
  }
}
