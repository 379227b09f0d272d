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
  for (const [row, labels] of table.labels.entries()) {
    const answered = seriesAt(table, times, row);
    if (answered.timestampsMs.length > 0) series.push({ labels, ...answered, coverage: table.coverage[row] ?? 1 });
  }
  if (series.length > 1) series.sort((a, b) => (labelKey(a.labels) < labelKey(b.labels) ? -1 : 1));
  const least = leastKnown(known);
  return { series, coverage: least?.coverage ?? 1, ...(least?.reason !== undefined && { reason: least.reason }) };
}

function seriesAt(
  table: NumberTable,
  { startMs, stepMs, count }: EvaluationTimes,
  row: number,
): { readonly timestampsMs: Float64Array; readonly values: Float64Array } {
  let size = 0;
  for (let time = 0; time < count; time++) size += table.present[row * count + time] ?? 0;
  const timestampsMs = new Float64Array(size);
  const values = new Float64Array(size);
  let at = 0;
  for (let time = 0; time < count; time++) {
    const place = row * count + time;
    if (!table.has(place)) continue;
    timestampsMs[at] = startMs + time * stepMs;
    values[at] = table.at(place);
    at++;
  }
  return { timestampsMs, values };
}

function leastKnown(known: readonly LeafKnowledge[]): LeafKnowledge | undefined {
  let least: LeafKnowledge | undefined;
  for (const each of known) {
    if (least === undefined || each.coverage < least.coverage) least = each;
  }
  return least;
}
