import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { bucketQuantile } from '@bduf/metrics-core/primitives';
import { Refusal } from './refusal.ts';
import { finite } from '../reading/finite.ts';
import type { AnsweredGroup } from './metric-question.ts';
import { type LabelFilter, type SeriesGroup, checkSelects, groupsOf, passes } from './series-groups.ts';

/** What is asked of the current values of a family. */
export interface CurrentQuestion {
  /** Labels that series must have. */
  readonly filter: LabelFilter;
  /** Labels to group by; `[]` for one value; undefined for one a series. */
  readonly groupBy: readonly string[] | undefined;
}

/** Current values, added up within groups: of a histogram or summary, the numbers of observations. */
export function currentSums(family: MetricFamily, { filter, groupBy }: CurrentQuestion): readonly AnsweredGroup[] {
  return groupsOf(family, filter, groupBy).map(({ labels, series }) => ({
    labels,
    value: finite(sumOf(series.map(({ value }) => value))),
  }));
}

/** Mean of all observations of histograms and summaries since the series began. */
export function meansSinceStart(family: MetricFamily, { filter, groupBy }: CurrentQuestion): readonly AnsweredGroup[] {
  return groupsOf(family, filter, groupBy).map(({ labels, series }) => {
    const sum = sumOf(series.map((each) => each.sum ?? NaN));
    return { labels, value: finite(sum / sumOf(series.map(({ value }) => value))) };
  });
}

/**
 * Quantiles of a histogram since its series began, or of a summary over its own window.
 *
 * @throws Refusal for a type without quantiles, a quantile that a summary does not keep, and groups of summaries.
 */
export function currentQuantiles(
  family: MetricFamily,
  quantile: number,
  { filter, groupBy }: CurrentQuestion,
): readonly AnsweredGroup[] {
  const groups = groupsOf(family, filter, groupBy);
  return groups.map((group) => ({ labels: group.labels, value: finite(quantileOf(family, group, quantile)) }));
}

/**
 * Share of the current total of each group that the series passing the filter hold.
 *
 * @throws Refusal without a filter, which leaves nothing to compare.
 */
export function currentRatios(family: MetricFamily, { filter, groupBy }: CurrentQuestion): readonly AnsweredGroup[] {
  checkSelects(filter);
  return groupsOf(family, {}, groupBy ?? []).map(({ labels, series }) => {
    const selected = series.filter((each) => passes(each.labels, filter));
    const total = sumOf(series.map(({ value }) => value));
    return { labels, value: finite(sumOf(selected.map(({ value }) => value)) / total) };
  });
}

function quantileOf(family: MetricFamily, { series }: SeriesGroup, quantile: number): number {
  if (family.type === 'histogram') return histogramQuantile(family, series, quantile);
  if (family.type === 'summary') return summaryQuantile(family, series, quantile);
  throw new Refusal(`${family.name} is a ${family.type} and has no quantiles; use latest or sum.`);
}

function histogramQuantile(family: MetricFamily, series: SeriesGroup['series'], quantile: number): number {
  const { name, upperBounds } = family;
  if (upperBounds.length === 0) throw new Refusal(`${name} keeps native buckets only; its mean is fn avg.`);
  const counts = new Float64Array(upperBounds.length + 1);
  for (const { numbers } of series) {
    for (let bucket = 0; bucket < counts.length; bucket++)
      counts[bucket] = (counts[bucket] ?? 0) + (numbers[bucket] ?? 0);
  }
  return bucketQuantile(upperBounds, counts, quantile);
}

function summaryQuantile({ name, quantiles }: MetricFamily, series: SeriesGroup['series'], quantile: number): number {
  const at = quantiles.indexOf(quantile);
  if (at < 0) throw new Refusal(`${name} is a summary that keeps the quantiles ${quantiles.join(', ')} only.`);
  const [only, ...others] = series;
  if (others.length > 0)
    throw new Refusal(`Quantiles of summaries cannot be merged; ask for ${name} without group_by.`);
  return only?.numbers[at] ?? NaN;
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
