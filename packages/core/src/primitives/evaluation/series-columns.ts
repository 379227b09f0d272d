import { QuerySemantics } from '../../interfaces/history-source.ts';
import type { SampledSeries } from '../../interfaces/sampled-series.ts';
import { type NativeHistogram, nativeHistogram, wasReset } from '../histograms/native-histogram.ts';
import { SampleColumn } from '../windows/sample-column.ts';

/** The numbers of one series by column, each made when it is first asked for. Valid as long as the series is. */
export class SeriesColumns {
  /** The series. */
  readonly series: SampledSeries;
  readonly #semantics: QuerySemantics;
  #moments: SampleColumn | undefined;
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
    this.#value ??= this.isHistogram ? this.#countColumn() : this.#valueColumn();
    return this.#value;
  }

  /** No numbers, but times and resets: for what works on whole rows. */
  get moments(): SampleColumn {
    this.#moments ??= this.isHistogram ? this.#columnOf(this.series.values, undefined, false) : this.value;
    return this.#moments;
  }

  /** Cumulative count of each explicit bucket. */
  get buckets(): readonly SampleColumn[] {
    this.#buckets ??= this.series.type === 'summary' ? [this.value] : this.#bucketColumns();
    return this.#buckets;
  }

  /** Sum of the observations. */
  get sum(): SampleColumn {
    this.#sum ??= this.#column((numbers, width) => placeOf(numbers, width, this.#sumPlace));
    return this.#sum;
  }

  /** The native histogram of a sample. A function of its own, to be handed on. */
  get native(): (index: number) => NativeHistogram {
    return (index) => this.#native(index);
  }

  #native(index: number): NativeHistogram {
    const { native, values, width } = this.series;
    if (native === undefined) throw new TypeError('The series has no native histograms');
    this.#natives ??= Array.from({ length: this.series.timestampsMs.length });
    const known = this.#natives[index];
    if (known !== undefined) return known;
    const sum = values[index * width + this.#sumPlace] ?? NaN;
    const made = nativeHistogram(native, index, { count: this.value.values[index] ?? NaN, sum });
    this.#natives[index] = made;
    return made;
  }

  get #sumPlace(): number {
    return this.series.width - (this.series.type === 'summary' ? 2 : 1);
  }

  #valueColumn(): SampleColumn {
    const { series } = this;
    const { cells } = series;
    return new SampleColumn(series, series.values, { resets: this.#knownResets, cells, increases: cells?.increases });
  }

  #countColumn(): SampleColumn {
    const last = this.#buckets?.at(-1);
    if (last !== undefined) return last;
    const isSummary = this.series.type === 'summary';
    return this.#column((numbers, width) => (isSummary ? placeOf(numbers, width, width - 1) : totals(numbers, width)), {
      hasCells: true,
    });
  }

  #bucketColumns(): readonly SampleColumn[] {
    const { values, width, cells } = this.series;
    const counts = cumulated(values, width);
    const increases = cells && cumulated(cells.increases, width);
    return counts.map((column, bucket) => this.#columnOf(column, increases?.[bucket], bucket === counts.length - 1));
  }

  #column(
    read: (numbers: Float64Array, width: number) => Float64Array,
    { hasCells = false }: { readonly hasCells?: boolean } = {},
  ): SampleColumn {
    const { values, width, cells } = this.series;
    return this.#columnOf(read(values, width), cells && read(cells.increases, width), hasCells);
  }

  /** All numbers of a histogram begin again together; Prometheus has separate series and cannot know. */
  #columnOf(values: Float64Array, increases: Float64Array | undefined, hasCells: boolean): SampleColumn {
    const resets = this.#semantics === QuerySemantics.PROMETHEUS ? undefined : this.#resetsOfRows;
    return new SampleColumn(this.series, values, {
      resets,
      cells: hasCells ? this.series.cells : undefined,
      increases,
    });
  }

  get #knownResets(): ArrayLike<number> | undefined {
    return this.#semantics === QuerySemantics.PROMETHEUS ? undefined : this.series.resets;
  }

  get #resetsOfRows(): ArrayLike<number> {
    this.#rowResets ??= this.#knownResets ?? (this.isNativeOnly ? this.#resetsOfNatives() : this.#resetsOfCounts());
    return this.#rowResets;
  }

  #resetsOfNatives(): readonly number[] {
    const { native, values, width, timestampsMs } = this.series;
    if (native === undefined) return [];
    const counts = totals(values, width);
    const at = (index: number): NativeHistogram =>
      nativeHistogram(native, index, { count: counts[index] ?? NaN, sum: 0 });
    const found: number[] = [];
    for (let index = 1; index < timestampsMs.length; index++) {
      if (wasReset(at(index - 1), at(index))) found.push(index);
    }
    return found;
  }

  /** A reset shows in some bucket, hardly ever in all. */
  #resetsOfCounts(): readonly number[] {
    const { values, width, timestampsMs, type } = this.series;
    const [from, to] = type === 'summary' ? [width - 1, width] : [0, width - 1];
    const found: number[] = [];
    for (let index = 1; index < timestampsMs.length; index++) {
      for (let place = from; place < to; place++) {
        if ((values[index * width + place] ?? NaN) >= (values[(index - 1) * width + place] ?? NaN)) continue;
        found.push(index);
        break;
      }
    }
    return found;
  }
}

/** One number of each row. */
function placeOf(numbers: Float64Array, width: number, place: number): Float64Array {
  const column = new Float64Array(numbers.length / width);
  for (let row = 0; row < column.length; row++) column[row] = numbers[row * width + place] ?? NaN;
  return column;
}

/** Sum of all but the last number of each row. */
function totals(numbers: Float64Array, width: number): Float64Array {
  const column = new Float64Array(numbers.length / width);
  for (let row = 0; row < column.length; row++) {
    let total = 0;
    for (let place = row * width; place < (row + 1) * width - 1; place++) total += numbers[place] ?? 0;
    column[row] = total;
  }
  return column;
}

/** Sums of the first 1, 2, 3 … numbers of each row, without the last. */
function cumulated(numbers: Float64Array, width: number): readonly Float64Array[] {
  const rows = numbers.length / width;
  const columns: Float64Array[] = [];
  for (let place = 0; place < width - 1; place++) {
    const before = columns.at(-1);
    const column = new Float64Array(rows);
    for (let row = 0; row < rows; row++) column[row] = (before?.[row] ?? 0) + (numbers[row * width + place] ?? 0);
    columns.push(column);
  }
  return columns;
}
