import type { CollectCallback } from '../interfaces/collect-callback.ts';
import type { Metric, MetricValue } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { MetricDefinition } from '../interfaces/metric-definition.ts';
import type { FamilyBlock, MetricFamily, NativeHistogramBlock } from '../interfaces/metric-family.ts';
import { MetricType } from '../interfaces/metric-type.ts';
import type { Timer } from '../interfaces/timer.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { CHUNK_ROWS } from '../storage/chunk-layout.ts';
import { IdleRows } from '../storage/idle-rows.ts';
import type { RecordProblems } from '../labels/record-problems.ts';
import { SeriesTable } from '../storage/series-table.ts';
import { ElapsedTimer } from './elapsed-timer.ts';
import { ExemplarStore } from './exemplar-store.ts';
import type { MetricContext } from './metric-context.ts';
import type { MetricJournal } from './metric-journal.ts';
import { type MetricInspection, textBytes } from './metric-inspection.ts';
import { SamplingGate } from './sampling-gate.ts';
import type { BlockDetails, MergeRules, SourceFamily, WindowSlice } from './source-family.ts';

/** What distinguishes the table of one type. */
export interface TableShape {
  /** Numbers stored for each row. */
  readonly width: number;
  /** Called for every row whose numbers begin (again) at zero. */
  readonly onRowCleared?: (row: number) => void;
  /** Lets a journal follow what the type holds beside the table. */
  readonly share?: (journal: MetricJournal) => void;
  /** Reads the windows of consecutive rows. */
  readonly readWindows?: (firstRow: number, rowCount: number) => readonly WindowSlice[];
}

/** A value that a collect callback reported. */
export interface CollectedValue {
  readonly labels: LabelSet;
  readonly value: number;
}

/** Least time between two searches for idle series because a budget is used up. */
const IDLE_SEARCH_MS = 1000;

/**
 * A metric: a definition, its table of series, and the operations that recording by name may ask for. An operation is
 * refused unless the type overrides it.
 */
export abstract class MetricBase implements Metric {
  readonly resolved: ResolvedDefinition;
  /** Only declared, for the reason that is given at `find`. */
  declare protected readonly table: SeriesTable;
  protected readonly problems: RecordProblems;
  protected readonly context: MetricContext;
  protected readonly exemplars: ExemplarStore;
  /** Chooses the records of a sampled metric. */
  declare protected readonly gate: SamplingGate | undefined;
  readonly #identity: object = {};
  readonly #constantLabels: readonly (readonly [string, string])[];
  readonly #idle: IdleRows | undefined;
  readonly #shape: TableShape;
  #idleSearchMs = -Infinity;
  #collect: CollectCallback<LabelSet> | undefined;

  constructor(resolved: ResolvedDefinition, context: MetricContext, shape: TableShape) {
    const { labels, definition, sampleEvery, ttlMs, maxSeries, name } = resolved;
    this.resolved = resolved;
    this.context = context;
    this.problems = context.problemsOf(name);
    this.gate = sampleEvery > 1 ? new SamplingGate(sampleEvery) : undefined;
    this.#collect = definition.collect;
    this.#shape = shape;
    this.#constantLabels = Object.entries(context.defaultLabels).filter(([label]) => !labels.names.includes(label));
    this.exemplars = new ExemplarStore({
      columns: shape.width,
      now: () => context.clock.now(),
      source: definition.exemplars === true ? context.exemplarSource : undefined,
      problems: this.problems,
    });
    this.table = new SeriesTable({
      labels,
      width: shape.width,
      maxSeries,
      allowCodeGeneration: context.allowCodeGeneration,
      now: () => context.clock.now(),
      problems: this.problems,
      onRowCleared: (row) => {
        this.exemplars.clear(row);
        this.#idle?.restart(row);
        shape.onRowCleared?.(row);
      },
      onFull: () => this.#searchIdle(),
    });
    this.#idle = ttlMs === Infinity ? undefined : new IdleRows(ttlMs, (row) => this.activityOf(row));
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

  /** The callback that reads the values, if the metric has one. */
  get collect(): CollectCallback<LabelSet> | undefined {
    return this.#collect;
  }

  /** Takes over the callback of a later definition of the same metric, as after a module was reloaded. */
  adopt(later: ResolvedDefinition): void {
    this.#collect = later.definition.collect ?? this.#collect;
  }

  read(): MetricFamily {
    this.settle();
    const blocks: FamilyBlock[] = [];
    for (let chunk = 0; chunk < this.table.rows.chunkCount; chunk++) blocks.push(this.#readBlock(chunk));
    return this.#familyOf(blocks);
  }

  /** Lets a journal follow the metric: it holds the numbers and hears of every row. */
  share(journal: MetricJournal): void {
    this.table.share(journal);
    this.#shape.share?.(journal);
  }

  /** Shows and hides series as records and idle times demand. Reading does it by itself. */
  settle(): void {
    this.table.settle();
    this.#idle?.hideIn(this.table, this.context.clock.monotonicMs());
  }

  /** As `readSource`, without any series: what does not change. Costs nothing by the number of series. */
  describeSource(): SourceFamily {
    return { family: this.#familyOf([]), rules: this.#mergeRules(), details: [] };
  }

  /** Columnar copy of the current state, with what is needed to make one of several workers' ones. */
  readSource(): SourceFamily {
    const family = this.read();
    const details = family.blocks.map(({ rowCount }, chunk) => this.#readDetails(chunk, rowCount));
    return { family, rules: this.#mergeRules(), details };
  }

  values(): readonly MetricValue[] {
    this.settle();
    const { rows } = this.table;
    const { names } = this.resolved.labels;
    const timestamp = new Date(this.context.clock.now());
    const all: MetricValue[] = [];
    for (let row = 0; row < rows.rowCount; row++) {
      if (rows.isHidden(row)) continue;
      const texts = this.table.labelTexts(row);
      const labels = Object.fromEntries(names.map((name, at) => [name, texts[at] ?? '']));
      all.push({ value: this.numberOf(row), ...(names.length > 0 && { labels }), timestamp });
    }
    return all;
  }

  remove(labels: Partial<LabelSet>): number {
    return this.table.remove(labels);
  }

  /** Size and limits. */
  inspect(): MetricInspection {
    const { labels, maxSeries } = this.resolved;
    const distinct = this.table.distinctValues();
    const texts = this.table.shareLabelValues();
    return {
      name: this.name,
      type: this.type,
      series: this.table.size,
      maxSeries,
      bytes: this.table.byteLength + this.extraBytes() + texts.reduce((sum, values) => sum + textBytes(values), 0),
      labels: labels.names.map((name, at) => ({ name, values: distinct[at] ?? 0 })),
    };
  }

  /** Creates series ahead of their first record. */
  startSeries(labelSets: readonly LabelSet[]): void {
    for (const labels of labelSets) this.table.find(labels);
  }

  /** Replaces all series by what a callback reported. */
  replaceAll(values: readonly CollectedValue[]): void {
    const reported = new Set<number>();
    for (const { labels, value } of values) {
      const row = this.table.find(labels);
      if (row < 0) continue;
      reported.add(row);
      this.writeCollected(row, value);
    }
    this.table.settle();
    for (let row = 0; row < this.table.rows.rowCount; row++) {
      if (!reported.has(row) && !this.table.rows.isHidden(row)) this.table.hide(row);
    }
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

  /** Numbers stored for each row; the read-out may have others. */
  get storedWidth(): number {
    return this.table.rows.width;
  }

  /** Numbers of a row in the read-out. */
  protected get readWidth(): number {
    return this.table.rows.width;
  }

  /** The number that stands for a row where only one fits. */
  protected numberOf(row: number): number {
    return this.table.rows.values(row)[this.table.rows.offset(row)] ?? NaN;
  }

  /** A number of a row that every record changes. */
  protected activityOf(row: number): number {
    return this.numberOf(row);
  }

  /** Stores what a callback reported for a row. */
  protected writeCollected(_row: number, _value: number): void {
    this.#refuse('have a callback');
  }

  /** Bytes held beside the table. */
  protected extraBytes(): number {
    return 0;
  }

  /** Turns stored numbers into those of the read-out. */
  protected readValues(_firstRow: number, _rowCount: number, stored: Float64Array): Float64Array {
    return stored;
  }

  /** Native buckets of a block, if the metric keeps them. */
  protected readNative(_firstRow: number, _rowCount: number): NativeHistogramBlock | undefined {
    return undefined;
  }

  #familyOf(blocks: readonly FamilyBlock[]): MetricFamily {
    const { name, type, description, unit, labels, buckets, quantiles } = this.resolved;
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
      exemplars: this.exemplars.read(firstRow, rowCount),
    };
  }

  #readDetails(chunk: number, rowCount: number): BlockDetails {
    const stored = this.table.rows.valueChunks[chunk];
    const hasMarks = this.type === MetricType.GAUGE && this.table.rows.width === 2;
    return {
      marks: hasMarks ? Float64Array.from({ length: rowCount }, (_, row) => stored?.[row * 2 + 1] ?? 0) : undefined,
      windows: this.#shape.readWindows?.(chunk * CHUNK_ROWS, rowCount) ?? [],
    };
  }

  #mergeRules(): MergeRules {
    const { aggregation, native, ttlMs, maxSeries, maxAgeMs, ageBuckets } = this.resolved;
    return {
      aggregation,
      native,
      ttlMs,
      maxSeries,
      isCollected: this.#collect !== undefined,
      sliceMs: maxAgeMs / ageBuckets,
    };
  }

  #searchIdle(): void {
    if (this.#idle === undefined) return;
    const nowMs = this.context.clock.monotonicMs();
    if (nowMs - this.#idleSearchMs < IDLE_SEARCH_MS) return;
    this.#idleSearchMs = nowMs;
    this.settle();
  }

  #refuse(operation: string): void {
    this.problems.drop('wrong_operation', () => `a ${this.type} cannot ${operation}`);
  }
}
