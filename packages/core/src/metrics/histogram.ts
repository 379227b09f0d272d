import type { Histogram } from '../interfaces/instruments.ts';
import type { ExemplarLabels, LabelSet } from '../interfaces/label-set.ts';
import type { NativeHistogramBlock } from '../interfaces/metric-family.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { ExponentialBuckets } from '../primitives/exponential-buckets.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../storage/chunk-layout.ts';
import { isFiniteNumber } from './amount.ts';
import { BucketFinder } from '../primitives/bucket-finder.ts';
import type { TableShape } from './metric-base.ts';
import type { MetricContext } from './metric-context.ts';
import type { MetricJournal } from './metric-journal.ts';
import { nativeColumns } from './native-columns.ts';
import {
  LabelledObserver,
  ObserverChild,
  type ObserverChildContext,
  refuseObservation,
  UnlabelledObserver,
} from './observer.ts';

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
  #journal: MetricJournal | undefined;

  constructor(options: NonNullable<ResolvedDefinition['native']>) {
    this.#options = options;
  }

  clear(row: number): void {
    this.of(row).clear();
  }

  /** Native buckets of a row. */
  of(row: number): ExponentialBuckets {
    return (this.#sketches[row] ??= this.#create(row));
  }

  share(journal: MetricJournal): void {
    this.#journal = journal;
    this.#sketches.forEach((sketch, row) => sketch.keepIn(journal.bucketMemory(row, 0)));
  }

  #create(row: number): ExponentialBuckets {
    const sketch = new ExponentialBuckets({ ...this.#options, overflow: 'downscale' });
    if (this.#journal !== undefined) sketch.keepIn(this.#journal.bucketMemory(row, 0));
    return sketch;
  }

  get byteLength(): number {
    return this.#sketches.reduce((sum, sketch) => sum + sketch.byteLength, 0);
  }

  read(firstRow: number, rowCount: number): NativeHistogramBlock {
    return nativeColumns(this.#sketches.slice(firstRow, firstRow + rowCount));
  }
}

/** Count of each bucket and the sum; the same numbers as in the read-out. */
function rowWidth({ buckets }: ResolvedDefinition): number {
  return buckets.length + 2;
}

function tableShape(resolved: ResolvedDefinition, natives: NativeRows | undefined): TableShape {
  if (natives === undefined) return { width: rowWidth(resolved) };
  return {
    width: rowWidth(resolved),
    onRowCleared: (row) => natives.clear(row),
    share: (journal) => natives.share(journal),
  };
}

/** A histogram with labels. */
export class LabelledHistogram extends LabelledObserver<HistogramChild> implements Histogram<LabelSet> {
  readonly #finder: BucketFinder;
  readonly #natives: NativeRows | undefined;
  readonly #width: number;
  readonly #asksSource: boolean;
  readonly #valueChunks: readonly Float64Array[];

  constructor(resolved: ResolvedDefinition, context: MetricContext, natives: NativeRows | undefined) {
    super(resolved, context, tableShape(resolved, natives));
    this.#finder = new BucketFinder(resolved.buckets);
    this.#natives = natives;
    this.#width = rowWidth(resolved);
    this.#asksSource = this.exemplars.asksSource;
    this.#valueChunks = this.table.rows.valueChunks;
  }

  override get type(): MetricType.HISTOGRAM {
    return 'histogram';
  }

  observe(labels: LabelSet, value: number, exemplar?: ExemplarLabels): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    const row = this.table.find(labels);
    if (row < 0) return;
    // A row that was found has its chunk.
    const values = this.#valueChunks[row >>> CHUNK_BITS] as Float64Array;
    const bucket = this.#finder.find(value);
    record(values, (row & CHUNK_MASK) * this.#width, this.#width, bucket, value, weight);
    if (this.#natives !== undefined) this.#natives.of(row).add(value, weight);
    if (exemplar !== undefined || this.#asksSource) this.exemplars.note(row, bucket, value, exemplar);
  }

  protected override createChild(row: number): HistogramChild {
    const native = row < 0 ? undefined : this.#natives?.of(row);
    return new HistogramChild(this.childContext(row), this.#finder, native, this.#width);
  }

  protected override numberOf(row: number): number {
    return observations(this.table.rows.values(row), this.table.rows.offset(row), this.#width);
  }

  protected override extraBytes(): number {
    return this.#natives?.byteLength ?? 0;
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
  readonly #asksSource: boolean;

  constructor(resolved: ResolvedDefinition, context: MetricContext, natives: NativeRows | undefined) {
    super(resolved, context, tableShape(resolved, natives));
    this.#finder = new BucketFinder(resolved.buckets);
    this.#natives = natives;
    this.#native = natives?.of(0);
    this.#width = rowWidth(resolved);
    this.#asksSource = this.exemplars.asksSource;
  }

  override get type(): MetricType.HISTOGRAM {
    return 'histogram';
  }

  observe(value: number, exemplar?: ExemplarLabels): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    const bucket = this.#finder.find(value);
    record(this.currentValues, this.currentOffset, this.#width, bucket, value, weight);
    if (this.#native !== undefined) this.#native.add(value, weight);
    if (exemplar !== undefined || this.#asksSource) this.exemplars.note(0, bucket, value, exemplar);
  }

  protected override numberOf(): number {
    return observations(this.currentValues, this.currentOffset, this.#width);
  }

  protected override extraBytes(): number {
    return this.#natives?.byteLength ?? 0;
  }

  protected override readNative(firstRow: number, rowCount: number): NativeHistogramBlock | undefined {
    return this.#natives?.read(firstRow, rowCount);
  }
}

class HistogramChild extends ObserverChild {
  readonly #finder: BucketFinder;
  readonly #native: ExponentialBuckets | undefined;
  readonly #width: number;
  readonly #asksSource: boolean;

  constructor(
    child: ObserverChildContext,
    finder: BucketFinder,
    native: ExponentialBuckets | undefined,
    width: number,
  ) {
    super(child);
    this.#finder = finder;
    this.#native = native;
    this.#width = width;
    this.#asksSource = child.exemplars.asksSource;
  }

  observe(value: number, exemplar?: ExemplarLabels): void {
    if (!isFiniteNumber(value)) return refuseObservation(this.problems, value);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    const bucket = this.#finder.find(value);
    record(this.values, this.offset, this.#width, bucket, value, weight);
    if (this.#native !== undefined) this.#native.add(value, weight);
    if (exemplar !== undefined || this.#asksSource) this.child.exemplars.note(this.child.row, bucket, value, exemplar);
  }
}

function record(
  values: Float64Array,
  offset: number,
  width: number,
  bucket: number,
  value: number,
  weight: number,
): void {
  values[offset + bucket] = (values[offset + bucket] ?? 0) + weight;
  const sum = offset + width - 1;
  values[sum] = (values[sum] ?? 0) + value * weight;
}

function observations(values: Float64Array, offset: number, width: number): number {
  let count = 0;
  for (let bucket = offset; bucket < offset + width - 1; bucket++) count += values[bucket] ?? 0;
  return count;
}
