import { AggregateOperator, type AggregateExpression } from '../../interfaces/query-expression.ts';
import { CompensatedSum } from '../windows/compensated-sum.ts';
import { quantileOf } from '../windows/quantile-of.ts';
import { RunningMean } from '../windows/running-mean.ts';
import { NumberTable } from './number-table.ts';
import { type SeriesGroups, groupSeries } from './series-groups.ts';

/** Puts the values of one group at one time together. At least one is given. */
type Reduction = (values: Float64Array) => number;

/** Series of a table put together by labels, at each time. */
export function aggregateNumbers(table: NumberTable, expression: AggregateExpression): NumberTable {
  const groups = groupSeries(table.labels, table.coverage, expression);
  const { op, parameter = NaN } = expression;
  if (op === AggregateOperator.TOPK) return keepExtremes(table, groups, parameter, 1);
  if (op === AggregateOperator.BOTTOMK) return keepExtremes(table, groups, parameter, -1);
  return reduce(table, groups, reduction(op, parameter));
}

function reduce(table: NumberTable, groups: SeriesGroups, put: Reduction): NumberTable {
  const { width } = table;
  const result = new NumberTable(width);
  const members = membersOf(groups);
  for (const [group, rows] of members.entries()) {
    const start = result.addRow(groups.labels[group] ?? {}, groups.coverage[group] ?? 1);
    const values = new Float64Array(rows.length);
    for (let time = 0; time < width; time++) {
      let count = 0;
      for (const row of rows) {
        const place = row * width + time;
        if (table.has(place)) values[count++] = table.at(place);
      }
      if (count > 0) result.set(start + time, put(count === values.length ? values : values.subarray(0, count)));
    }
  }
  return result;
}

/** Keeps the `k` greatest (or, with `direction` -1, least) series of each group, at each time anew. NaN comes last either way. */
function keepExtremes(table: NumberTable, groups: SeriesGroups, k: number, direction: 1 | -1): NumberTable {
  const { width } = table;
  const result = new NumberTable(width);
  for (const [row, labels] of table.labels.entries()) result.addRow(labels, table.coverage[row] ?? 1);
  const rank = (place: number): number => {
    const value = table.at(place) * direction;
    return Number.isNaN(value) ? -Infinity : value;
  };
  for (const rows of membersOf(groups)) {
    for (let time = 0; time < width; time++) {
      const places = rows.map((row) => row * width + time).filter((place) => table.has(place));
      const isNumber = (place: number): number => Number(!Number.isNaN(table.at(place)));
      places.sort((a, b) => isNumber(b) - isNumber(a) || compare(rank(b), rank(a)));
      for (const place of places.slice(0, k)) result.set(place, table.at(place));
    }
  }
  return result;
}

function reduction(op: AggregateOperator, parameter: number): Reduction {
  switch (op) {
    case AggregateOperator.SUM:
      return sumOf;
    case AggregateOperator.AVG:
      return meanOf;
    case AggregateOperator.MIN:
      return (values) => extremeOf(values, (a, b) => a < b);
    case AggregateOperator.MAX:
      return (values) => extremeOf(values, (a, b) => a > b);
    case AggregateOperator.COUNT:
      return (values) => values.length;
    case AggregateOperator.STDDEV:
      return (values) => Math.sqrt(varianceOf(values));
    case AggregateOperator.STDVAR:
      return varianceOf;
    case AggregateOperator.QUANTILE:
      return (values) => quantileOf(parameter, values);
    case AggregateOperator.GROUP:
    case AggregateOperator.TOPK:
    case AggregateOperator.BOTTOMK:
    default:
      return () => 1;
  }
}

function membersOf({ groupOf, labels }: SeriesGroups): readonly (readonly number[])[] {
  const members: number[][] = labels.map(() => []);
  for (const [row, group] of groupOf.entries()) members[group]?.push(row);
  return members;
}

const sum = new CompensatedSum();
const mean = new RunningMean();

function sumOf(values: Float64Array): number {
  sum.reset(values[0]);
  for (let index = 1; index < values.length; index++) sum.add(values[index] ?? NaN);
  // Unlike over time, Prometheus adds the compensation to an infinite sum, too; it is 0 then.
  return sum.sum + sum.compensation;
}

function meanOf(values: Float64Array): number {
  mean.reset();
  for (const value of values) mean.add(value);
  return mean.value;
}

function extremeOf(values: Float64Array, isBetter: (a: number, b: number) => boolean): number {
  let best = values[0] ?? NaN;
  for (const value of values) {
    if (isBetter(value, best) || Number.isNaN(best)) best = value;
  }
  return best;
}

/** Welford 1962. A first value that is not finite leaves NaN. */
function varianceOf(values: Float64Array): number {
  const first = values[0] ?? NaN;
  let average = first;
  let squares = Number.isFinite(first) ? 0 : NaN;
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? NaN;
    const distance = value - average;
    average += distance / (index + 1);
    squares += distance * (value - average);
  }
  return squares / values.length;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}
