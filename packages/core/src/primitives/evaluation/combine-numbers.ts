import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import type { BinaryExpression } from '../../interfaces/query-expression.ts';
import { labelKey } from './label-key.ts';
import { NumberTable } from './number-table.ts';

type Operation = (left: number, right: number) => number;

const OPERATIONS: Readonly<Record<BinaryExpression['op'], Operation>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

/**
 * Arithmetic between series with the same labels, or with a constant, at each time.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when one side has several series with the same labels.
 */
export function combineNumbers(left: NumberTable, right: NumberTable, expression: BinaryExpression): NumberTable {
  const operation = OPERATIONS[expression.op];
  if (right.isScalar)
    return withScalar(left, left.isScalar, (place, time) => operation(left.at(place), right.at(time)));
  if (left.isScalar) return withScalar(right, false, (place, time) => operation(left.at(time), right.at(place)));
  return matched(left, right, { operation, missingLeft: expression.missingLeft });
}

function withScalar(
  table: NumberTable,
  isScalar: boolean,
  value: (place: number, time: number) => number,
): NumberTable {
  const { width } = table;
  const result = new NumberTable(width, isScalar);
  for (const [row, labels] of table.labels.entries()) {
    const start = result.addRow(labels, table.coverage[row] ?? 1);
    for (let time = 0; time < width; time++) {
      const place = row * width + time;
      if (table.has(place)) result.set(start + time, value(place, time));
    }
  }
  return result;
}

function matched(
  left: NumberTable,
  right: NumberTable,
  { operation, missingLeft }: { readonly operation: Operation; readonly missingLeft: number | undefined },
): NumberTable {
  const { width } = left;
  const result = new NumberTable(width);
  const leftRows = rowsByLabels(left);
  rowsByLabels(right);
  for (const [row, labels] of right.labels.entries()) {
    const leftRow = leftRows.get(labelKey(labels));
    if (leftRow === undefined && missingLeft === undefined) continue;
    const leftCoverage = leftRow === undefined ? 1 : (left.coverage[leftRow] ?? 1);
    const start = result.addRow(labels, Math.min(leftCoverage, right.coverage[row] ?? 1));
    for (let time = 0; time < width; time++) {
      const place = row * width + time;
      if (!right.has(place)) continue;
      const hasLeft = leftRow !== undefined && left.has(leftRow * width + time);
      const value = hasLeft ? left.at(leftRow * width + time) : missingLeft;
      if (value !== undefined) result.set(start + time, operation(value, right.at(place)));
    }
  }
  return result;
}

function rowsByLabels(table: NumberTable): ReadonlyMap<string, number> {
  const rows = new Map<string, number>();
  for (const [row, labels] of table.labels.entries()) {
    const key = labelKey(labels);
    if (rows.has(key)) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `One side of an operation has several series with the labels ${JSON.stringify(labels)}. Aggregate them first.`,
      );
    }
    rows.set(key, row);
  }
  return rows;
}
