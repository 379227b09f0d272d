import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { HistoryAnswer, HistoryQuestion, MetricSources } from '../sources.ts';
import { type GroupValue, currentQuantiles, currentRatios, currentSums, meansSinceStart } from './current-values.ts';
import { familyNamed } from './family-named.ts';
import { Refusal } from './refusal.ts';
import type { LabelFilter } from './series-groups.ts';

/** Functions that `query_metric` offers. */
export const QUERY_FUNCTIONS = [
  'latest',
  'sum',
  'rate',
  'increase',
  'avg',
  'max',
  'p50',
  'p90',
  'p95',
  'p99',
  'ratio',
] as const;
/** A function that `query_metric` offers. */
export type QueryFunction = (typeof QUERY_FUNCTIONS)[number];

/** What `query_metric` is asked. */
export interface MetricQuestion {
  /** Metric by its exact name. */
  readonly metric: string;
  /** What to compute. */
  readonly fn: QueryFunction;
  /** Labels that series must have. */
  readonly filter: LabelFilter;
  /** Labels to group by; `[]` for one value; undefined for one a series. */
  readonly groupBy: readonly string[] | undefined;
  /** Window of functions of the past, in seconds. */
  readonly windowSeconds: number;
  /** Distance of points, in seconds. */
  readonly stepSeconds: number | undefined;
  /** Most series to answer with. */
  readonly limit: number;
}

/** What `query_metric` answers. */
export interface MetricAnswer extends HistoryAnswer {
  /** Unit of the values, or empty. */
  readonly unit: string;
  /** What time the values are about: `now`, `since_start`, or the window. */
  readonly window: string;
}

const QUANTILES: Readonly<Partial<Record<QueryFunction, number>>> = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 };

/**
 * Answers from history where there is one and the question is about the past; otherwise from current values where they
 * hold the answer.
 *
 * @throws Refusal when neither can, which says what would be needed.
 */
export async function queryMetric(sources: MetricSources, question: MetricQuestion): Promise<MetricAnswer> {
  const family = await familyNamed(sources.gatherer, question.metric);
  const { fn, windowSeconds, limit } = question;
  if (fn === 'latest' || fn === 'sum') {
    const groupBy = fn === 'sum' ? (question.groupBy ?? []) : question.groupBy;
    return {
      ...largest(currentSums(family, { ...question, groupBy }), limit),
      unit: unitOf(family, fn),
      window: 'now',
    };
  }
  if (sources.history !== undefined) {
    const answer = await sources.history.query(historyQuestion(question, fn));
    return { ...answer, unit: unitOf(family, fn), window: `${windowSeconds}s` };
  }
  return { ...largest(withoutHistory(family, question), limit), unit: unitOf(family, fn), window: 'since_start' };
}

function withoutHistory(family: MetricFamily, question: MetricQuestion): readonly GroupValue[] {
  const { fn } = question;
  const quantile = QUANTILES[fn];
  if (quantile !== undefined) return currentQuantiles(family, quantile, question);
  if (fn === 'ratio') return currentRatios(family, question);
  const isDistribution = family.type === 'histogram' || family.type === 'summary';
  if (fn === 'avg' && isDistribution) return meansSinceStart(family, question);
  throw new Refusal(
    `History is not configured in this server, so ${fn} of a ${family.type} cannot be computed. ` +
      'Without it there are latest, sum and ratio, and of histograms and summaries avg and quantiles since the start.',
  );
}

/** Unit of the values: observations of a distribution are counted, and a share has no unit. */
function unitOf({ type, unit }: MetricFamily, fn: QueryFunction): string {
  const isDistribution = type === 'histogram' || type === 'summary';
  const isCount = isDistribution && (fn === 'latest' || fn === 'sum' || fn === 'rate' || fn === 'increase');
  if (fn === 'ratio' || isCount || unit === '') return '';
  return fn === 'rate' ? `${unit}/s` : unit;
}

function historyQuestion(question: MetricQuestion, fn: HistoryQuestion['fn']): HistoryQuestion {
  const { metric, filter, groupBy, windowSeconds, stepSeconds, limit } = question;
  return { metric, fn, filter, groupBy, windowSeconds, stepSeconds, limit };
}

function largest(values: readonly GroupValue[], limit: number): HistoryAnswer {
  const sorted = values.toSorted((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
  return { series: sorted.slice(0, limit), truncated: sorted.length > limit };
}
