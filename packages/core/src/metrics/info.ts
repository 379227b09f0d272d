import type { Info } from '../interfaces/instruments.ts';
import type { LabelSet } from '../interfaces/label-set.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import { MetricBase } from './metric-base.ts';
import type { MetricContext } from './metric-context.ts';

/** An info metric: the value of every series is 1. */
export class InfoMetric extends MetricBase implements Info<LabelSet> {
  constructor(resolved: ResolvedDefinition, context: MetricContext) {
    super(resolved, context, { width: 1 });
  }

  set(labels: LabelSet = {}): void {
    const row = this.table.find(labels);
    if (row >= 0) this.table.rows.values(row)[this.table.rows.offset(row)] = 1;
  }

  override assign(labels: LabelSet | undefined, value: number): void {
    if (value === 1) this.set(labels);
    else this.problems.drop('invalid_value', () => `the value of an info metric is 1, not ${String(value)}`);
  }
}
