import type { AggregateExpression } from '../../interfaces/query-expression.ts';
import { aggregateNumbers } from './aggregate-numbers.ts';
import type { NumberTable } from './number-table.ts';

/** Aggregates of one batch: many rules put their own series in relation to the same total, which is worked out once. */
export class AggregateMemory {
  readonly #known = new WeakMap<NumberTable, Map<string, NumberTable>>();

  /** Series of a table put together by labels. */
  of(table: NumberTable, expression: AggregateExpression): NumberTable {
    const { op, by, without, parameter } = expression;
    let ofTable = this.#known.get(table);
    if (ofTable === undefined) {
      ofTable = new Map();
      this.#known.set(table, ofTable);
    }
    const key = JSON.stringify([op, by, without, parameter]);
    const known = ofTable.get(key);
    if (known !== undefined) return known;
    const made = aggregateNumbers(table, expression);
    ofTable.set(key, made);
    return made;
  }
}
