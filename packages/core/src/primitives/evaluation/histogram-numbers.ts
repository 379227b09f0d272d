import { HistogramFunction, type HistogramExpression } from '../../interfaces/query-expression.ts';
import { cumulativeFraction, cumulativeQuantile } from '../histograms/cumulative-buckets.ts';
import { nativeFraction, nativeQuantile } from '../histograms/native-quantile.ts';
import type { HistogramRow } from './histogram-row.ts';
import { NumberTable } from './number-table.ts';

/** Takes a number out of the histogram at a time. */
type HistogramReading = (row: HistogramRow, time: number) => number;

/** Numbers out of histograms. */
export function numbersOfHistograms(
  rows: readonly HistogramRow[],
  { fn, parameter = NaN }: HistogramExpression,
  times: number,
): NumberTable {
  if (fn === HistogramFunction.BUCKETS) return bucketsOf(rows, times);
  const table = new NumberTable(times);
  const read = reading(fn, parameter);
  for (const row of rows) {
    const start = table.addRow(row.labels, row.coverage);
    for (let time = 0; time < times; time++) {
      if (row.present[time] === 1) table.set(start + time, read(row, time));
    }
  }
  return table;
}

function reading(fn: Exclude<HistogramFunction, 'buckets'>, parameter: number): HistogramReading {
  switch (fn) {
    case HistogramFunction.QUANTILE:
      return (row, time) => {
        const native = row.natives?.[time];
        if (native !== undefined) return nativeQuantile(native, parameter);
        return cumulativeQuantile(row.bounds, scratchOf(row.countsAt(time)), parameter);
      };
    case HistogramFunction.FRACTION_ABOVE: {
      const range = { lower: parameter, upper: Infinity };
      return (row, time) => {
        const native = row.natives?.[time];
        if (native !== undefined) return nativeFraction(native, range);
        return cumulativeFraction(row.bounds, row.countsAt(time), range);
      };
    }
    case HistogramFunction.COUNT:
      return (row, time) => row.totalAt(time);
    case HistogramFunction.SUM:
      return (row, time) => row.sumAt(time);
    case HistogramFunction.AVG:
    default:
      return (row, time) => row.sumAt(time) / row.totalAt(time);
  }
}

let scratch = new Float64Array(32);

/** A copy in memory that the next call uses again. */
function scratchOf(counts: Float64Array): Float64Array {
  if (scratch.length !== counts.length) scratch = new Float64Array(counts.length);
  scratch.set(counts);
  return scratch;
}

function bucketsOf(rows: readonly HistogramRow[], times: number): NumberTable {
  const table = new NumberTable(times);
  for (const row of rows) {
    for (const [bucket, bound] of row.bounds.entries()) {
      const le = bound === Infinity ? '+Inf' : String(bound);
      const start = table.addRow({ ...row.labels, le }, row.coverage);
      for (let time = 0; time < times; time++) {
        if (row.present[time] === 1) table.set(start + time, row.countsAt(time)[bucket] ?? NaN);
      }
    }
  }
  return table;
}
