import type { AggregateExpression } from '../../interfaces/query-expression.ts';
import { dropLabels, keepLabels, labelKey } from './label-key.ts';
import type { Labels } from './number-table.ts';

/** Which group each of some series belongs to. */
export interface SeriesGroups {
  /** Group of each series by number. */
  readonly groupOf: Int32Array;
  /** Labels of each group. */
  readonly labels: readonly Labels[];
  /** Least coverage of the series of each group. */
  readonly coverage: readonly number[];
}

const NO_LABELS: Labels = {};

/** Groups series by the labels that an aggregation keeps. */
export function groupSeries(
  series: readonly Labels[],
  coverageOf: readonly number[],
  { by, without }: Pick<AggregateExpression, 'by' | 'without'>,
): SeriesGroups {
  const groupOf = new Int32Array(series.length);
  const labels: Labels[] = [];
  const coverage: number[] = [];
  const numbers = new Map<string, number>();
  for (const [row, own] of series.entries()) {
    const kept =
      without !== undefined
        ? dropLabels(own, without)
        : by === undefined || by.length === 0
          ? NO_LABELS
          : keepLabels(own, by);
    const key = labelKey(kept);
    let group = numbers.get(key);
    if (group === undefined) {
      group = labels.length;
      numbers.set(key, group);
      labels.push(kept);
      coverage.push(1);
    }
    groupOf[row] = group;
    coverage[group] = Math.min(coverage[group] ?? 1, coverageOf[row] ?? 1);
  }
  return { groupOf, labels, coverage };
}
