import type { BoundGauge, Gauge } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import type { RecordProblems } from '../labels/record-problems.ts';
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

/**
 * A gauge that expires keeps a second number, how often it was written: setting it to the same value again is activity,
 * which the value alone does not show.
 */
function gaugeShape({ ttlMs }: ResolvedDefinition): TableShape {
  return { width: ttlMs === Infinity ? 1 : 2 };
}

/** A gauge with labels. */
export class LabelledGauge extends LabelledMetric<GaugeChild> implements Gauge<LabelSet> {
  readonly #countsWrites: boolean;

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(resolved, context, gaugeShape(resolved));
    this.#countsWrites = this.table.rows.width === 2;
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
    if (row >= 0) write(this.table.rows.values(row), this.table.rows.offset(row), value, this.#countsWrites);
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
    writeRow(this.table, row, value, this.#countsWrites, this.problems);
  }

  protected override activityOf(row: number): number {
    return this.table.rows.values(row)[this.table.rows.offset(row) + 1] ?? 0;
  }

  protected override get readWidth(): number {
    return 1;
  }

  protected override readValues(_firstRow: number, rowCount: number, stored: Float64Array): Float64Array {
    return this.#countsWrites ? everyOther(stored, rowCount) : stored;
  }

  protected override createChild(): GaugeChild {
    return new GaugeChild(this.problems, this.#countsWrites);
  }

  #add(labels: LabelSet | undefined, amount: number): void {
    if (typeof amount !== 'number') return refuseValue(this.problems, amount);
    const row = this.table.find(labels);
    if (row < 0) return;
    const values = this.table.rows.values(row);
    const offset = this.table.rows.offset(row);
    write(values, offset, (values[offset] ?? 0) + amount, this.#countsWrites);
  }
}

/** A gauge without labels. */
export class UnlabelledGauge extends UnlabelledMetric implements Gauge {
  readonly #countsWrites: boolean;

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(resolved, context, gaugeShape(resolved));
    this.#countsWrites = this.table.rows.width === 2;
  }

  inc(amount = 1): void {
    this.set((this.currentValues[this.currentOffset] ?? 0) + amount);
  }

  dec(amount = 1): void {
    this.set((this.currentValues[this.currentOffset] ?? 0) - amount);
  }

  set(value: number): void {
    if (typeof value !== 'number') return refuseValue(this.problems, value);
    write(this.currentValues, this.currentOffset, value, this.#countsWrites);
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
    writeRow(this.table, row, value, this.#countsWrites, this.problems);
  }

  protected override activityOf(row: number): number {
    return this.table.rows.values(row)[this.table.rows.offset(row) + 1] ?? 0;
  }

  protected override get readWidth(): number {
    return 1;
  }

  protected override readValues(_firstRow: number, rowCount: number, stored: Float64Array): Float64Array {
    return this.#countsWrites ? everyOther(stored, rowCount) : stored;
  }
}

class GaugeChild extends BoundRow implements BoundGauge {
  readonly #problems: RecordProblems;
  readonly #countsWrites: boolean;

  constructor(problems: RecordProblems, countsWrites: boolean) {
    super();
    this.#problems = problems;
    this.#countsWrites = countsWrites;
  }

  inc(amount = 1): void {
    this.set((this.values[this.offset] ?? 0) + amount);
  }

  dec(amount = 1): void {
    this.set((this.values[this.offset] ?? 0) - amount);
  }

  set(value: number): void {
    if (typeof value !== 'number') return refuseValue(this.#problems, value);
    write(this.values, this.offset, value, this.#countsWrites);
  }
}

function writeRow(
  table: SeriesTable,
  row: number,
  value: number,
  countsWrites: boolean,
  problems: RecordProblems,
): void {
  if (typeof value === 'number') write(table.rows.values(row), table.rows.offset(row), value, countsWrites);
  else refuseValue(problems, value);
}

function write(values: Float64Array, offset: number, value: number, countsWrites: boolean): void {
  // Adding zero turns a negative zero into zero: negative zero marks a hidden row that nobody wrote to.
  values[offset] = value + 0;
  if (countsWrites) values[offset + 1] = (values[offset + 1] ?? 0) + 1;
}

function everyOther(stored: Float64Array, rowCount: number): Float64Array {
  return Float64Array.from({ length: rowCount }, (_, row) => stored[row * 2] ?? 0);
}

function refuseValue(problems: RecordProblems, value: unknown): void {
  problems.drop('invalid_value', () => `a gauge takes numbers, not ${typeof value}`);
}
