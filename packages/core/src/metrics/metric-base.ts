import type { Metric, MetricValue } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { MetricDefinition } from '../interfaces/metric-definition.ts';
import type { Exemplar, FamilyBlock, MetricFamily, NativeHistogramBlock } from '../interfaces/metric-family.ts';
import type { MetricType } from '../interfaces/metric-type.ts';
import type { Timer } from '../interfaces/timer.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { CHUNK_ROWS } from '../storage/chunk-layout.ts';
import type { RecordProblems } from '../storage/record-problems.ts';
import { SeriesTable } from '../storage/series-table.ts';
import { ElapsedTimer } from './elapsed-timer.ts';
import type { MetricContext } from './metric-context.ts';

/** What distinguishes the table of one type. */
export interface TableShape {
  /** Numbers stored for each row. */
  readonly width: number;
  /** Called for every row whose numbers begin (again) at zero. */
  readonly onRowCleared?: (row: number) => void;
}

/**
 * A metric: a definition, its table of series, and the operations that recording by name may ask for. An operation is
 * refused unless the type overrides it.
 */
export abstract class MetricBase implements Metric {
  readonly resolved: ResolvedDefinition;
  protected readonly table: SeriesTable;
  protected readonly problems: RecordProblems;
  protected readonly context: MetricContext;
  readonly #identity: object = {};
  readonly #constantLabels: readonly (readonly [string, string])[];

  constructor(resolved: ResolvedDefinition, context: MetricContext, shape: TableShape) {
    this.resolved = resolved;
    this.context = context;
    this.problems = context.problemsOf(resolved.name);
    this.#constantLabels = Object.entries(context.defaultLabels).filter(([name]) => !resolved.labels.names.includes(name));
    this.table = new SeriesTable({
      labels: resolved.labels,
      width: shape.width,
      maxSeries: resolved.maxSeries,
      allowCodeGeneration: context.allowCodeGeneration,
      now: () => context.clock.now(),
      problems: this.problems,
      ...(shape.onRowCleared && { onRowCleared: shape.onRowCleared }),
    });
  }

  get name(): string {
    return this.resolved.name;
  }

  get type(): MetricType {
    return this.resolved.type;
  }

  get definition(): MetricDefinition {
    return this.resolved.definition;
  }

  read(): MetricFamily {
    this.table.settle();
    const { rows } = this.table;
    const { name, type, description, unit, labels, buckets, quantiles } = this.resolved;
    const blocks: FamilyBlock[] = [];
    for (let chunk = 0; chunk < rows.chunkCount; chunk++) blocks.push(this.#readBlock(chunk));
    return {
      name,
      type,
      description,
      unit,
      labelNames: labels.names,
      constantLabels: this.#constantLabels,
      labelValues: this.table.shareLabelValues(),
      upperBounds: buckets,
      quantiles,
      width: this.readWidth,
      blocks,
      identity: this.#identity,
      epoch: this.table.epoch,
    };
  }

  values(): readonly MetricValue[] {
    this.table.settle();
    const { rows } = this.table;
    const { names } = this.resolved.labels;
    const timestamp = new Date(this.context.clock.now());
    const all: MetricValue[] = [];
    for (let row = 0; row < rows.rowCount; row++) {
      if (rows.isHidden(row)) continue;
      const texts = this.table.labelTexts(row);
      const labels = Object.fromEntries(names.map((name, at) => [name, texts[at] ?? '']));
      all.push({ value: this.valueOf(row), ...(names.length > 0 && { labels }), timestamp });
    }
    return all;
  }

  remove(labels: Partial<LabelSet>): number {
    return this.table.remove(labels);
  }

  /** Creates series ahead of their first record. */
  startSeries(labelSets: readonly LabelSet[]): void {
    for (const labels of labelSets) this.table.find(labels);
  }

  /** Adds to the series of a label set. */
  increment(_labels: LabelSet | undefined, _amount: number): void {
    this.#refuse('increment');
  }

  /** Subtracts from the series of a label set. */
  decrement(_labels: LabelSet | undefined, _amount: number): void {
    this.#refuse('decrement');
  }

  /** Sets the series of a label set. */
  assign(_labels: LabelSet | undefined, _value: number): void {
    this.#refuse('set');
  }

  /** Observes a value in the series of a label set. */
  observation(_labels: LabelSet | undefined, _value: number): void {
    this.#refuse('observe');
  }

  /** Starts a timer that observes the elapsed time. */
  timer(labels: LabelSet | undefined): Timer {
    return new ElapsedTimer(this.context.clock, this.resolved.unit, (elapsed, extraLabels) => {
      this.observation(extraLabels === undefined ? labels : { ...labels, ...extraLabels }, elapsed);
    });
  }

  /** Ends what runs in the background; the metric is gone. */
  dispose(): void {
    // Most metrics run nothing.
  }

  /** Numbers of a row in the read-out. */
  protected get readWidth(): number {
    return this.table.rows.width;
  }

  /** The number that stands for a row where only one fits. */
  protected valueOf(row: number): number {
    return this.table.rows.values(row)[this.table.rows.offset(row)] ?? NaN;
  }

  /** Turns stored numbers into those of the read-out. */
  protected readValues(_firstRow: number, _rowCount: number, stored: Float64Array): Float64Array {
    return stored;
  }

  /** Native buckets of a block, if the metric keeps them. */
  protected readNative(_firstRow: number, _rowCount: number): NativeHistogramBlock | undefined {
    return undefined;
  }

  #readBlock(chunk: number): FamilyBlock {
    const { rows } = this.table;
    const rowCount = rows.rowsIn(chunk);
    const { ids, values, createdMs, hidden } = rows.readChunk(chunk);
    const firstRow = chunk * CHUNK_ROWS;
    return {
      rowCount,
      labelIds: ids,
      values: this.readValues(firstRow, rowCount, values),
      createdMs,
      hidden,
      native: this.readNative(firstRow, rowCount),
      exemplars: NO_EXEMPLARS,
    };
  }

  #refuse(operation: string): void {
    this.problems.drop('wrong_operation', () => `a ${this.type} cannot ${operation}`);
  }
}

const NO_EXEMPLARS: readonly Exemplar[] = [];
