import { GaugeAggregation } from '../interfaces/gauge-aggregation.ts';
import type { BoundGauge, Gauge } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import type { RecordProblems } from '../labels/record-problems.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../storage/chunk-layout.ts';
import type { SeriesTable } from '../storage/series-table.ts';
import { BoundRow } from './bound-row.ts';
import { LabelledMetric } from './labelled-metric.ts';
import type { TableShape } from './metric-base.ts';
import type { MetricContext } from './metric-context.ts';
import { UnlabelledMetric } from './unlabelled-metric.ts';

/** Makes the gauge of a definition. */
export function createGauge(resolved: ResolvedDefinition, context: MetricContext): LabelledGauge | UnlabelledGauge {
  return resolved.labels.names.length > 0
    ? new LabelledGauge(resolved, context)
    : new UnlabelledGauge(resolved, context);
}

/** The second number of a row after a write, from the one before it. */
type WriteMark = (previous: number) => number;

/**
 * Some gauges keep a second number that every write changes: how often they were written, or when. One that expires
 * needs it, since setting the same value again is activity; one of which only one worker's value counts needs it to leave
 * out workers that never wrote.
 */
function writeMark({ ttlMs, aggregation }: ResolvedDefinition, { clock }: MetricContext): WriteMark | undefined {
  if (aggregation === GaugeAggregation.MOST_RECENT) return () => clock.now();
  const isSum = aggregation === GaugeAggregation.LIVE_SUM || aggregation === GaugeAggregation.SUM;
  return isSum && ttlMs === Infinity ? undefined : (writes) => writes + 1;
}

function gaugeShape(mark: WriteMark | undefined): TableShape {
  return { width: mark === undefined ? 1 : 2 };
}

/** A gauge with labels. */
export class LabelledGauge extends LabelledMetric<GaugeChild> implements Gauge<LabelSet> {
  readonly #mark: WriteMark | undefined;
  readonly #valueChunks: readonly Float64Array[];
  readonly #width: number;

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    const mark = writeMark(resolved, context);
    super(resolved, context, gaugeShape(mark));
    this.#mark = mark;
    this.#valueChunks = this.table.rows.valueChunks;
    this.#width = this.table.rows.width;
  }

  inc(labels: LabelSet, amount = 1): void {
    this.#add(labels, amount);
  }

  dec(labels: LabelSet, amount = 1): void {
    this.#add(labels, -amount);
  }

  set(labels: LabelSet, value: number): void {
    if (typeof value !== 'number') return refuseValue(this.problems, value);
    const row = this.table.find(labels);
    if (row < 0) return;
    // A row that was found has its chunk.
    const values = this.#valueChunks[row >>> CHUNK_BITS] as Float64Array;
    write(values, (row & CHUNK_MASK) * this.#width, value, this.#mark);
  }

  override increment(labels: LabelSet | undefined, amount: number): void {
    this.#add(labels, amount);
  }

  override decrement(labels: LabelSet | undefined, amount: number): void {
    this.#add(labels, -amount);
  }

  override assign(labels: LabelSet | undefined, value: number): void {
    this.set(labels ?? {}, value);
  }

  protected override writeCollected(row: number, value: number): void {
    writeRow(this.table, row, value, this.#mark, this.problems);
  }

  protected override activityOf(row: number): number {
    return this.table.rows.values(row)[this.table.rows.offset(row) + 1] ?? 0;
  }

  protected override get readWidth(): number {
    return 1;
  }

  protected override readValues(_firstRow: number, rowCount: number, stored: Float64Array): Float64Array {
    return this.#mark !== undefined ? everyOther(stored, rowCount) : stored;
  }

  protected override createChild(): GaugeChild {
    return new GaugeChild(this.problems, this.#mark);
  }

  #add(labels: LabelSet | undefined, amount: number): void {
    if (typeof amount !== 'number') return refuseValue(this.problems, amount);
    const row = this.table.find(labels);
    if (row < 0) return;
    const values = this.table.rows.values(row);
    const offset = this.table.rows.offset(row);
    write(values, offset, (values[offset] ?? 0) + amount, this.#mark);
  }
}

/** A gauge without labels. */
export class UnlabelledGauge extends UnlabelledMetric implements Gauge {
  readonly #mark: WriteMark | undefined;

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    const mark = writeMark(resolved, context);
    super(resolved, context, gaugeShape(mark));
    this.#mark = mark;
  }

  inc(amount = 1): void {
    this.set((this.currentValues[this.currentOffset] ?? 0) + amount);
  }

  dec(amount = 1): void {
    this.set((this.currentValues[this.currentOffset] ?? 0) - amount);
  }

  set(value: number): void {
    if (typeof value !== 'number') return refuseValue(this.problems, value);
    write(this.currentValues, this.currentOffset, value, this.#mark);
  }

  labels(labels: LabelSet): BoundGauge {
    this.accepts(labels);
    return this;
  }

  override increment(labels: LabelSet | undefined, amount: number): void {
    if (this.accepts(labels)) this.inc(amount);
  }

  override decrement(labels: LabelSet | undefined, amount: number): void {
    if (this.accepts(labels)) this.dec(amount);
  }

  override assign(labels: LabelSet | undefined, value: number): void {
    if (this.accepts(labels)) this.set(value);
  }

  protected override writeCollected(row: number, value: number): void {
    writeRow(this.table, row, value, this.#mark, this.problems);
  }

  protected override activityOf(row: number): number {
    return this.table.rows.values(row)[this.table.rows.offset(row) + 1] ?? 0;
  }

  protected override get readWidth(): number {
    return 1;
  }

  protected override readValues(_firstRow: number, rowCount: number, stored: Float64Array): Float64Array {
    return this.#mark !== undefined ? everyOther(stored, rowCount) : stored;
  }
}

class GaugeChild extends BoundRow implements BoundGauge {
  readonly #problems: RecordProblems;
  readonly #mark: WriteMark | undefined;

  constructor(problems: RecordProblems, mark: WriteMark | undefined) {
    super();
    this.#problems = problems;
    this.#mark = mark;
  }

  inc(amount = 1): void {
    this.set((this.values[this.offset] ?? 0) + amount);
  }

  dec(amount = 1): void {
    this.set((this.values[this.offset] ?? 0) - amount);
  }

  set(value: number): void {
    if (typeof value !== 'number') return refuseValue(this.#problems, value);
    write(this.values, this.offset, value, this.#mark);
  }
}

function writeRow(
  table: SeriesTable,
  row: number,
  value: number,
  mark: WriteMark | undefined,
  problems: RecordProblems,
): void {
  if (typeof value === 'number') write(table.rows.values(row), table.rows.offset(row), value, mark);
  else refuseValue(problems, value);
}

function write(values: Float64Array, offset: number, value: number, mark: WriteMark | undefined): void {
  // Adding zero turns a negative zero into zero: negative zero marks a hidden row that nobody wrote to.
  values[offset] = value + 0;
  if (mark !== undefined) values[offset + 1] = mark(values[offset + 1] ?? 0);
}

function everyOther(stored: Float64Array, rowCount: number): Float64Array {
  return Float64Array.from({ length: rowCount }, (_, row) => stored[row * 2] ?? 0);
}

function refuseValue(problems: RecordProblems, value: unknown): void {
  problems.drop('invalid_value', () => `a gauge takes numbers, not ${typeof value}`);
}
