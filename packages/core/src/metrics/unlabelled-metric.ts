import type { LabelSet } from '../interfaces/label-set.ts';
import type { ResolvedDefinition } from '../definition/resolve-definition.ts';
import type { RowHandle } from '../storage/series-table.ts';
import { MetricBase, type TableShape } from './metric-base.ts';
import type { MetricContext } from './metric-context.ts';

/** A metric without labels: it has one series from the start (unless it has a callback) and is itself the handle of that row. */
export abstract class UnlabelledMetric extends MetricBase implements RowHandle {
  protected currentValues: Float64Array = new Float64Array(0);
  protected currentOffset = 0;

  constructor(resolved: ResolvedDefinition, context: MetricContext, shape: TableShape) {
    super(resolved, context, shape);
    const row = this.table.find({});
    this.table.bind(row, this);
    // A callback has not reported yet, and zero would be a claim.
    if (this.collect !== undefined) this.table.hide(row);
  }

  attach(values: Float64Array, offset: number): void {
    this.currentValues = values;
    this.currentOffset = offset;
  }

  /** Whether a label set is empty, as it must be; reports it otherwise. */
  protected accepts(labels: LabelSet | undefined): boolean {
    return labels === undefined || this.table.find(labels) >= 0;
  }
}
