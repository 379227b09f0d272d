import type { BoundCounter, Counter } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../storage/chunk-layout.ts';
import type { RecordProblems } from '../storage/record-problems.ts';
import { isAmount } from './amount.ts';
import { BoundRow } from './bound-row.ts';
import { LabelledMetric } from './labelled-metric.ts';
import type { MetricContext } from './metric-context.ts';
import { UnlabelledMetric } from './unlabelled-metric.ts';

/** Makes the counter of a definition. */
export function createCounter(resolved: ResolvedDefinition, context: MetricContext): LabelledCounter | UnlabelledCounter {
  return resolved.labels.names.length > 0
    ? new LabelledCounter(resolved, context)
    : new UnlabelledCounter(resolved, context);
}

/** A counter with labels. */
export class LabelledCounter extends LabelledMetric<CounterChild> implements Counter<LabelSet> {
  readonly #valueChunks: readonly Float64Array[];

  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(resolved, context, { width: 1 });
    this.#valueChunks = this.table.rows.valueChunks;
  }

  inc(labels: LabelSet, amount = 1): void {
    if (!isAmount(amount)) return refuseAmount(this.problems, amount);
    const row = this.table.find(labels);
    if (row < 0) return;
    // A row that was found has its chunk.
    const values = this.#valueChunks[row >>> CHUNK_BITS] as Float64Array;
    values[row & CHUNK_MASK] = (values[row & CHUNK_MASK] ?? 0) + amount;
  }

  override increment(labels: LabelSet | undefined, amount: number): void {
    this.inc(labels ?? {}, amount);
  }

  protected override createChild(): CounterChild {
    return new CounterChild(this.problems);
  }
}

/** A counter without labels. */
export class UnlabelledCounter extends UnlabelledMetric implements Counter {
  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(resolved, context, { width: 1 });
  }

  inc(amount = 1): void {
    if (!isAmount(amount)) return refuseAmount(this.problems, amount);
    const { currentValues, currentOffset } = this;
    currentValues[currentOffset] = (currentValues[currentOffset] ?? 0) + amount;
  }

  labels(labels: LabelSet): BoundCounter {
    this.accepts(labels);
    return this;
  }

  override increment(labels: LabelSet | undefined, amount: number): void {
    if (this.accepts(labels)) this.inc(amount);
  }
}

class CounterChild extends BoundRow implements BoundCounter {
  readonly #problems: RecordProblems;

  constructor(problems: RecordProblems) {
    super();
    this.#problems = problems;
  }

  inc(amount = 1): void {
    if (!isAmount(amount)) return refuseAmount(this.#problems, amount);
    const { values, offset } = this;
    values[offset] = (values[offset] ?? 0) + amount;
  }
}

function refuseAmount(problems: RecordProblems, amount: unknown): void {
  problems.drop('invalid_value', () => `a counter cannot grow by ${String(amount)}; use a finite number of at least 0`);
}
