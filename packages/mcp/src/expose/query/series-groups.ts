import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { type FamilySeries, seriesOf } from '@bduf/metrics-core/primitives';
import { Refusal } from './refusal.ts';

/** Labels and the values that they must have. */
export type LabelFilter = Readonly<Record<string, string>>;

/** Series that are answered with one value. */
export interface SeriesGroup {
  /** Labels that they have in common: those grouped by, or all of a single series. */
  readonly labels: Readonly<Record<string, string>>;
  /** The series, at least one. */
  readonly series: readonly FamilySeries[];
}

/**
 * Puts the series of a family that pass a filter into groups.
 *
 * @param groupBy - Labels to group by; `[]` for one group of all; undefined for a group for each series.
 */
export function groupsOf(
  family: MetricFamily,
  filter: LabelFilter,
  groupBy: readonly string[] | undefined,
): readonly SeriesGroup[] {
  const groups = new Map<string, { labels: Record<string, string>; series: FamilySeries[] }>();
  for (const series of seriesOf(family)) {
    const all = series.labels;
    if (!passes(all, filter)) continue;
    const labels = groupBy === undefined ? all : Object.fromEntries(groupBy.map((name) => [name, all[name] ?? '']));
    const key = JSON.stringify(Object.values(labels));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { labels, series: [series] });
    else group.series.push(series);
  }
  return [...groups.values()];
}

/** Whether labels have the values of a filter. */
export function passes(labels: LabelFilter, filter: LabelFilter): boolean {
  return Object.entries(filter).every(([name, value]) => labels[name] === value);
}

/** Names of all labels of a family. */
export function labelNamesOf({ constantLabels, labelNames }: MetricFamily): readonly string[] {
  return [...constantLabels.map(([name]) => name), ...labelNames];
}

/** @throws Refusal for a label that the family does not have. */
export function checkLabels(family: MetricFamily, names: readonly string[]): void {
  const known = labelNamesOf(family);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const remedy = known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none.';
  throw new Refusal(`${family.name} has no label ${JSON.stringify(unknown)}. ${remedy}`);
}

/** @throws Refusal for a filter that selects everything, of which there is no share. */
export function checkSelects(filter: LabelFilter): void {
  if (Object.keys(filter).length > 0) return;
  throw new Refusal('ratio needs a filter: it is the share of the metric that the filter selects.');
}
