import type { Histogram } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { NativeHistogramBlock } from '../interfaces/metric-family.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { ExponentialBuckets } from '../primitives/exponential-buckets.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../storage/chunk-layout.ts';
import { isFiniteNumber } from './amount.ts';
import { BucketFinder } from './bucket-finder.ts';
import type { MetricContext } from './metric-context.ts';
import { nativeColumns } from './native-columns.ts';
import { LabelledObserver, ObserverChild, type ObserverPlace, refuseObservation, UnlabelledObserver } from './observer.ts';

/** Makes the histogram of a definition. */
export function createHistogram(
  resolved: ResolvedDefinition,
  context: MetricContext,
): LabelledHistogram | UnlabelledHistogram {
  const natives = resolved.native === undefined ? undefined : new NativeRows(resolved.native);
  return resolved.labels.names.length > 0
    ? new LabelledHistogram(resolved, context, natives)
    : new UnlabelledHistogram(resolved, context, natives);
}

/** Native buckets of each row of a histogram that keeps them. */
class NativeRows {
  readonly #options: NonNullable<ResolvedDefinition['native']>;
  readonly #sketches: ExponentialBuckets[] = [];

  constructor(options: NonNullable<ResolvedDefinition['native']>) {
    this.#options = options;
  }

  clear(row: number): void {
    this.of(row).clear();
  }

  /** Native buckets of a row. */
  of(row: number): ExponentialBuckets {
    return (this.#sketches[row] ??= new ExponentialBuckets({ ...this.#options, overflow: 'downscale' }));
  }

  read(firstRow: number, rowCount: number): NativeHistogramBlock {
    return nativeColumns(this.#sketches.slice(firstRow, firstRow + rowCount));
  }
}

/** Count of each bucket and the sum; the same numbers as in the read-out. */
function rowWidth({ buckets }: ResolvedDefinition): number {
  return buckets.length + 2;
}

/** A histogram with labels. */
export class LabelledHistogram extends LabelledObserver<HistogramChild> implements Histogram<LabelSet> {
  readonly #finder: BucketFinder;
  readonly #natives: NativeRows | undefined;
  readonly #width: number;
  readonly #valueChunks: readonly Float64Array[];

  constructor(resolved: ResolvedDefinition, context: MetricContext, natives: NativeRows | undefined) {
    super(resolved, context, {
      width: rowWidth(resolved),
      ...(natives && { onRowCleared: (row: number) => natives.clear(row) }),
    });
    this.#finder = new BucketFinder(resolved.buckets);
    this.#natives = natives;
    this.#width = rowWidth(resolved);
    this.#valueChunks = this.table.rows.valueChunks;
  }

  override get type(): MetricType.HISTOGRAM {
    return 'histogram';
  }

  observe(labels: LabelSet, value: number): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    const row = this.table.find(labels);
    if (row < 0) return;
    // A row that was found has its chunk.
    const values = this.#valueChunks[row >>> CHUNK_BITS] as Float64Array;
    record(values, (row & CHUNK_MASK) * this.#width, this.#width, this.#finder.find(value), value);
    if (this.#natives !== undefined) this.#natives.of(row).add(value);
  }

  protected override createChild(row: number): HistogramChild {
    const native = row < 0 ? undefined : this.#natives?.of(row);
    return new HistogramChild(this.place, this.#finder, native, this.#width);
  }

  protected override valueOf(row: number): number {
    return observations(this.table.rows.values(row), this.table.rows.offset(row), this.#width);
  }

  protected override readNative(firstRow: number, rowCount: number): NativeHistogramBlock | undefined {
    return this.#natives?.read(firstRow, rowCount);
  }
}

/** A histogram without labels. */
export class UnlabelledHistogram extends UnlabelledObserver implements Histogram {
  readonly #finder: BucketFinder;
  readonly #natives: NativeRows | undefined;
  readonly #native: ExponentialBuckets | undefined;
  readonly #width: number;

  constructor(resolved: ResolvedDefinition, context: MetricContext, natives: NativeRows | undefined) {
    super(resolved, context, {
      width: rowWidth(resolved),
      ...(natives && { onRowCleared: (row: number) => natives.clear(row) }),
    });
    this.#finder = new BucketFinder(resolved.buckets);
    this.#natives = natives;
    this.#native = natives?.of(0);
    this.#width = rowWidth(resolved);
  }

  override get type(): MetricType.HISTOGRAM {
    return 'histogram';
  }

  observe(value: number): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    record(this.currentValues, this.currentOffset, this.#width, this.#finder.find(value), value);
    if (this.#native !== undefined) this.#native.add(value);
  }

  protected override valueOf(): number {
    return observations(this.currentValues, this.currentOffset, this.#width);
  }

  protected override readNative(firstRow: number, rowCount: number): NativeHistogramBlock | undefined {
    return this.#natives?.read(firstRow, rowCount);
  }
}

class HistogramChild extends ObserverChild {
  readonly #finder: BucketFinder;
  readonly #native: ExponentialBuckets | undefined;
  readonly #width: number;

  constructor(place: ObserverPlace, finder: BucketFinder, native: ExponentialBuckets | undefined, width: number) {
    super(place);
    this.#finder = finder;
    this.#native = native;
    this.#width = width;
  }

  observe(value: number): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    record(this.values, this.offset, this.#width, this.#finder.find(value), value);
    if (this.#native !== undefined) this.#native.add(value);
  }
}

function record(values: Float64Array, offset: number, width: number, bucket: number, value: number): void {
  values[offset + bucket] = (values[offset + bucket] ?? 0) + 1;
  const sum = offset + width - 1;
  values[sum] = (values[sum] ?? 0) + value;
}

function observations(values: Float64Array, offset: number, width: number): number {
  let count = 0;
  for (let bucket = offset; bucket < offset + width - 1; bucket++) count += values[bucket] ?? 0;
  return count;
}
