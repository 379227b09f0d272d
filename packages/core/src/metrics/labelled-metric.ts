import type { LabelSet } from '../interfaces/label-set.ts';
import type { RowHandle } from '../storage/series-table.ts';
import { MetricBase } from './metric-base.ts';

/** A metric with labels: children are made on demand and shared while they are in use. */
export abstract class LabelledMetric<Child extends RowHandle> extends MetricBase {
  labels(labels: LabelSet): Child {
    const row = this.table.find(labels);
    if (row < 0) return this.#childOfNothing();
    const bound = this.table.handle(row);
    // Only this method binds handles of this table.
    if (bound !== undefined) return bound as Child;
    const child = this.createChild(row);
    this.table.bind(row, child);
    return child;
  }

  /**
   * Makes the child of a row.
   *
   * @param row - The row, or -1 for a child whose records go nowhere.
   */
  protected abstract createChild(row: number): Child;

  /** A child for labels that were refused, and reported: its records go nowhere. */
  #childOfNothing(): Child {
    const child = this.createChild(-1);
    child.attach(new Float64Array(this.table.rows.width), 0);
    return child;
  }
}
