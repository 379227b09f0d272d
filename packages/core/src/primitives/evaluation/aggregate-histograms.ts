import { AggregateOperator, type AggregateExpression } from '../../interfaces/query-expression.ts';
import { type NativeHistogram, addNative } from '../histograms/native-histogram.ts';
import { CompensatedSum } from '../windows/compensated-sum.ts';
import { movedMean } from '../windows/native-window.ts';
import { HistogramRow } from './histogram-row.ts';
import { groupSeries } from './series-groups.ts';

/** Histograms added up, or their means, by labels. Buckets are told apart by their upper bound. */
export function aggregateHistograms(
  rows: readonly HistogramRow[],
  expression: AggregateExpression,
  times: number,
): readonly HistogramRow[] {
  const groups = groupSeries(
    rows.map(({ labels }) => labels),
    rows.map(({ coverage }) => coverage),
    expression,
  );
  const isMean = expression.op === AggregateOperator.AVG;
  return groups.labels.map((labels, group) => {
    const members = rows.filter((_, row) => groups.groupOf[row] === group);
    const bounds = [...new Set(members.flatMap((member) => member.bounds))].toSorted((a, b) => a - b);
    const coverage = groups.coverage[group] ?? 1;
    const isNative = members.some(({ natives }) => natives !== undefined);
    const result = new HistogramRow({ labels, coverage, bounds }, { times, isNative });
    for (let time = 0; time < times; time++) addAt(result, members, time, isMean);
    return result;
  });
}

function addAt(result: HistogramRow, members: readonly HistogramRow[], time: number, isMean: boolean): void {
  const present = members.filter((member) => member.present[time] === 1);
  if (present.length === 0) return;
  result.present[time] = 1;
  result.sums[time] = combined(present, (member) => member.sums[time], isMean);
  const counts = result.countsAt(time);
  for (const [bucket, bound] of result.bounds.entries()) {
    counts[bucket] = combined(present, (member) => countAt(member, time, bound), isMean);
  }
  if (result.natives !== undefined) result.natives[time] = combinedNative(present, time, isMean);
}

/** Sum or mean of the numbers that there are; Prometheus sees each bucket as a series of its own. */
function combined(
  members: readonly HistogramRow[],
  read: (member: HistogramRow) => number | undefined,
  isMean: boolean,
): number {
  const sum = new CompensatedSum();
  let count = 0;
  for (const member of members) {
    const value = read(member);
    if (value === undefined) continue;
    sum.add(value);
    count++;
  }
  return isMean ? sum.sum / count + sum.compensation / count : sum.sum + sum.compensation;
}

function countAt(member: HistogramRow, time: number, bound: number): number | undefined {
  const bucket = member.bounds.indexOf(bound);
  return bucket === -1 ? undefined : member.countsAt(time)[bucket];
}

function combinedNative(members: readonly HistogramRow[], time: number, isMean: boolean): NativeHistogram | undefined {
  let result: NativeHistogram | undefined;
  let count = 0;
  for (const { natives } of members) {
    const histogram = natives?.[time];
    // With explicit buckets only on one side, those are what both have in common.
    if (histogram === undefined) return undefined;
    count++;
    if (result === undefined) result = histogram;
    else result = isMean ? movedMean(result, histogram, count) : addNative(result, histogram);
  }
  return result;
}
