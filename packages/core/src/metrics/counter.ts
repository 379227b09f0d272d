import type { BoundCounter, Counter } from '../interfaces/instruments.ts';
import type { ExemplarLabels, LabelSet } from '../interfaces/label-set.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../storage/chunk-layout.ts';
import type { RecordProblems } from '../labels/record-problems.ts';
import type { SeriesTable } from '../storage/series-table.ts';
import { isAmount } from './amount.ts';
import { BoundRow } from './bound-row.ts';
import type { ExemplarStore } from './exemplar-store.ts';
import { LabelledMetric } from './labelled-metric.ts';
import type { MetricContext } from './metric-context.ts';
import type { SamplingGate } from './sampling-gate.ts';
import { UnlabelledMetric } from './unlabelled-metric.ts';

/** Makes the counter of a definition. */
export function createCounter(
  resolved: ResolvedDefinition,
  context: MetricContext,
): LabelledCounter | UnlabelledCounter {
  return resolved.labels.names.length > 0
    ? new LabelledCounter(resolved, context)
    : new UnlabelledCounter(resolved, context);
}

/** A counter with labels. */
export class LabelledCounter extends LabelledMetric<CounterChild> implements Counter<LabelSet> {
  readonly #valueChunks: readonly Float64Array[] = this.table.rows.valueChunks;
  readonly #asksSource: boolean = this.exemplars.asksSource;

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(resolved, context, { width: 1 });
  }

  inc(labels: LabelSet, amount = 1, exemplar?: ExemplarLabels): void {
    if (!isAmount(amount)) return refuseAmount(this.problems, amount);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    const row = this.table.find(labels);
    if (row < 0) return;
    // A row that was found has its chunk.
    const values = this.#valueChunks[row >>> CHUNK_BITS] as Float64Array;
    values[row & CHUNK_MASK] = (values[row & CHUNK_MASK] ?? 0) + amount * weight;
    if (exemplar !== undefined || this.#asksSource) this.exemplars.note(row, 0, amount, exemplar);
  }

  override increment(labels: LabelSet | undefined, amount: number): void {
    this.inc(labels ?? {}, amount);
  }

  protected override createChild(row: number): CounterChild {
    return new CounterChild(row, this.problems, this.gate, this.exemplars);
  }

  protected override writeCollected(row: number, value: number): void {
    writeTotal(this.table, row, value, this.problems);
  }
}

/** A counter without labels. */
export class UnlabelledCounter extends UnlabelledMetric implements Counter {
  readonly #asksSource: boolean = this.exemplars.asksSource;

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(resolved, context, { width: 1 });
  }

  inc(amount = 1, exemplar?: ExemplarLabels): void {
    if (!isAmount(amount)) return refuseAmount(this.problems, amount);
    const weight = this.gate === undefined ? 1 : this.gate.next();
    if (weight === 0) return;
    const { currentValues, currentOffset } = this;
    currentValues[currentOffset] = (currentValues[currentOffset] ?? 0) + amount * weight;
    if (exemplar !== undefined || this.#asksSource) this.exemplars.note(0, 0, amount, exemplar);
  }

  labels(labels: LabelSet): BoundCounter {
    this.accepts(labels);
    return this;
  }

  override increment(labels: LabelSet | undefined, amount: number): void {
    if (this.accepts(labels)) this.inc(amount);
  }

  protected override writeCollected(row: number, value: number): void {
    writeTotal(this.table, row, value, this.problems);
  }
}

class CounterChild extends BoundRow implements BoundCounter {
  readonly #row: number;
  readonly #problems: RecordProblems;
  readonly #gate: SamplingGate | undefined;
  readonly #exemplars: ExemplarStore;
  readonly #asksSource: boolean;

  constructor(row: number, problems: RecordProblems, gate: SamplingGate | undefined, exemplars: ExemplarStore) {
    super();
    this.#row = row;
    this.#problems = problems;
    this.#gate = gate;
    this.#exemplars = exemplars;
    this.#asksSource = exemplars.asksSource;
  }

  inc(amount = 1, exemplar?: ExemplarLabels): void {
    if (!isAmount(amount)) return refuseAmount(this.#problems, amount);
    const weight = this.#gate === undefined ? 1 : this.#gate.next();
    if (weight === 0) return;
    const { values, offset } = this;
    values[offset] = (values[offset] ?? 0) + amount * weight;
    if (exemplar !== undefined || this.#asksSource) this.#exemplars.note(this.#row, 0, amount, exemplar);
  }
}

function writeTotal(table: SeriesTable, row: number, total: number, problems: RecordProblems): void {
  if (isAmount(total)) table.rows.values(row)[table.rows.offset(row)] = total + 0;
  else problems.drop('invalid_value', () => `the total of a counter cannot be ${String(total)}`);
}

function refuseAmount(problems: RecordProblems, amount: unknown): void {
  problems.drop('invalid_value', () => `a counter cannot grow by ${String(amount)}; use a finite number of at least 0`);
}
