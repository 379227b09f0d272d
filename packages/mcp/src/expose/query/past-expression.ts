import { type MetricFamily, MetricType } from '@bduf/metrics-core/interfaces';
import { type MetricQuery, type Query, type SeriesQuery, query } from '@bduf/metrics-core/primitives';
import { QUANTILES, type MetricQuestion, type PastFunction } from './metric-question.ts';
import { Refusal } from './refusal.ts';
import { checkSelects } from './series-groups.ts';

/** What a question asks, whatever the window. */
type Asked = Pick<MetricQuestion, 'filter' | 'groupBy'>;

/**
 * A question about the past of a metric as a query of its history.
 *
 * @param windowSeconds - Length of the window.
 * @throws Refusal for a function that makes no sense for the type of the metric.
 */
export function pastExpression(family: MetricFamily, fn: PastFunction, asked: Asked, windowSeconds: number): Query {
  const windowMs = windowSeconds * 1000;
  const quantile = QUANTILES[fn];
  if (fn === 'ratio') return share(family, asked, windowMs);
  if (fn === 'rate' || fn === 'increase') return counted(family, fn, asked, windowMs);
  if (isDistribution(family)) return ofDistribution(family, fn, asked, windowMs);
  if (family.type === MetricType.COUNTER) {
    throw new Refusal(`${family.name} is a counter, of which ${fn} says nothing; use rate or increase.`);
  }
  const series = query(family.name).where(asked.filter);
  if (quantile !== undefined) {
    if (asked.groupBy === undefined) return series.quantileOverTime(windowMs, quantile);
    throw new Refusal(`Quantiles of a ${family.type} cannot be merged; ask for ${family.name} without group_by.`);
  }
  return fn === 'max'
    ? inGroups(series.maxOverTime(windowMs), 'maxBy', asked)
    : inGroups(series.avgOverTime(windowMs), 'avgBy', asked);
}

/** Whether observations are what the metric counts. */
export function isDistribution({ type }: MetricFamily): boolean {
  return type === MetricType.HISTOGRAM || type === MetricType.SUMMARY;
}

function counted(family: MetricFamily, fn: 'rate' | 'increase', asked: Asked, windowMs: number): Query {
  if (!isDistribution(family) && family.type !== MetricType.COUNTER) {
    throw new Refusal(`${family.name} is a ${family.type}, of which there is no ${fn}; use avg or max.`);
  }
  return inGroups(query(family.name).where(asked.filter)[fn](windowMs), 'sumBy', asked);
}

function ofDistribution(family: MetricFamily, fn: PastFunction, asked: Asked, windowMs: number): Query {
  const increase = inGroups(query(family.name).where(asked.filter).increase(windowMs), 'sumBy', asked);
  if (fn === 'avg') return increase.average();
  const quantile = QUANTILES[fn];
  if (quantile === undefined) throw new Refusal(`${family.name} is a ${family.type} and keeps no maximum; use p99.`);
  return increase.quantile(quantile);
}

/** The part of each group that the filter selects: of what was counted in the window, or of the mean over it. */
function share(family: MetricFamily, { filter, groupBy = [] }: Asked, windowMs: number): Query {
  checkSelects(filter);
  const isCounted = isDistribution(family) || family.type === MetricType.COUNTER;
  const sumOf = (series: MetricQuery): Query =>
    (isCounted ? series.increase(windowMs) : series.avgOverTime(windowMs)).sumBy(...groupBy);
  const whole = query(family.name);
  return sumOf(whole.where(filter)).dividedBy(sumOf(whole), { missing: 0 });
}

function inGroups(series: SeriesQuery, operation: 'sumBy' | 'avgBy' | 'maxBy', { groupBy }: Asked): Query {
  return groupBy === undefined ? series : series[operation](...groupBy);
}
