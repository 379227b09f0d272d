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
    const places = members.map((member) => placesOf(bounds, member.bounds));
    for (let time = 0; time < times; time++) addAt(result, { members, places }, time, isMean);
    return result;
  });
}

interface Members {
  readonly members: readonly HistogramRow[];
  /** Of each member the place of each bound of the result; -1 where it has no such bucket. */
  readonly places: readonly (readonly number[])[];
}

const total = new CompensatedSum();

function addAt(result: HistogramRow, { members, places }: Members, time: number, isMean: boolean): void {
  const present = members.flatMap((member, at) => (member.present[time] === 1 ? [at] : []));
  if (present.length === 0) return;
  result.present[time] = 1;
  addCounts(result, { members, places, present }, time, isMean);
  total.reset();
  for (const at of present) total.add(members[at]?.sums[time] ?? NaN);
  result.sums[time] = totalOf(present.length, isMean);
  if (result.natives === undefined) return;
  result.natives[time] = combinedNative(
    present.map((at) => members[at]?.natives?.[time]),
    isMean,
  );
}

/** Prometheus sees each bucket as a series of its own: only those that there are count. */
function addCounts(
  result: HistogramRow,
  { members, places, present }: Members & { readonly present: readonly number[] },
  time: number,
  isMean: boolean,
): void {
  const { length } = result.bounds;
  for (let bucket = 0; bucket < length; bucket++) {
    total.reset();
    let size = 0;
    for (const at of present) {
      const member = members[at];
      const place = places[at]?.[bucket] ?? -1;
      if (member === undefined || place === -1) continue;
      total.add(member.counts[time * member.bounds.length + place] ?? NaN);
      size++;
    }
    result.counts[time * length + bucket] = totalOf(size, isMean);
  }
}

function totalOf(size: number, isMean: boolean): number {
  return isMean ? total.sum / size + total.compensation / size : total.sum + total.compensation;
}

function placesOf(bounds: readonly number[], own: readonly number[]): readonly number[] {
  return bounds.map((bound) => own.indexOf(bound));
}

function combinedNative(
  histograms: readonly (NativeHistogram | undefined)[],
  isMean: boolean,
): NativeHistogram | undefined {
  let result: NativeHistogram | undefined;
  for (const [index, histogram] of histograms.entries()) {
    // With explicit buckets only on one side, those are what both have in common.
    if (histogram === undefined) return undefined;
    if (result === undefined) result = histogram;
    else result = isMean ? movedMean(result, histogram, index + 1) : addNative(result, histogram);
  }
  return result;
}
