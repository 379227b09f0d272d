import type { AnsweredSeries, HistoryAnswer } from '../../interfaces/history-source.ts';
import type { EvaluationTimes } from './evaluation-times.ts';
import { labelKey } from './label-key.ts';
import type { NumberTable } from './number-table.ts';
import type { LeafKnowledge } from './series-leaf.ts';

/**
 * The answer that a table holds.
 *
 * @param known - How much of what it was made from is known; the least of it counts.
 */
export function answerOf(table: NumberTable, times: EvaluationTimes, known: readonly LeafKnowledge[]): HistoryAnswer {
  const series: AnsweredSeries[] = [];
  const allTimes = timesOf(times);
  for (const row of orderOf(table)) {
    const labels = table.labels[row] ?? {};
    const coverage = table.coverage[row] ?? 1;
    const values = table.fullRow(row);
    if (values !== undefined) series.push({ labels, timestampsMs: allTimes, values, coverage });
    else if (times.count > 1) addPart(series, table, row, allTimes);
  }
  const least = leastKnown(known);
  return { series, coverage: least?.coverage ?? 1, ...(least?.reason !== undefined && { reason: least.reason }) };
}

/** Adds a row that has no value at some times, unless it has none at all. */
function addPart(series: AnsweredSeries[], table: NumberTable, row: number, times: Float64Array): void {
  const timestampsMs: number[] = [];
  const values: number[] = [];
  for (const [time, timestampMs] of times.entries()) {
    const place = row * table.width + time;
    if (!table.has(place)) continue;
    timestampsMs.push(timestampMs);
    values.push(table.at(place));
  }
  if (values.length === 0) return;
  series.push({
    labels: table.labels[row] ?? {},
    timestampsMs: Float64Array.from(timestampsMs),
    values: Float64Array.from(values),
    coverage: table.coverage[row] ?? 1,
  });
}

function timesOf({ startMs, stepMs, count }: EvaluationTimes): Float64Array {
  const times = new Float64Array(count);
  for (let time = 0; time < count; time++) times[time] = startMs + time * stepMs;
  return times;
}

/** Rows by labels. Many stores hand series out in order, so that there is nothing to sort. */
function orderOf({ labels }: NumberTable): Iterable<number> {
  if (labels.length < 2) return labels.keys();
  const keys: string[] = [];
  let isOrdered = true;
  for (const each of labels) {
    const key = labelKey(each);
    isOrdered &&= keys.length === 0 || (keys[keys.length - 1] ?? '') <= key;
    keys.push(key);
  }
  if (isOrdered) return keys.keys();
  return Array.from(keys.keys()).toSorted((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1));
}

function leastKnown(known: readonly LeafKnowledge[]): LeafKnowledge | undefined {
  let least: LeafKnowledge | undefined;
  for (const each of known) {
    if (least === undefined || each.coverage < least.coverage) least = each;
  }
  return least;
}
