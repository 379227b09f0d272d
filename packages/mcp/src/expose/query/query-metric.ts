import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { MetricSources } from '../sources.ts';
import { askHistory, mostSeries, type PastAnswer } from './ask-history.ts';
import { currentQuantiles, currentRatios, currentSums, meansSinceStart } from './current-values.ts';
import { familyNamed } from './family-named.ts';
import {
  type AnsweredGroup,
  type MetricAnswer,
  type MetricQuestion,
  type PastFunction,
  QUANTILES,
  type QueryFunction,
} from './metric-question.ts';
import { isDistribution } from './past-expression.ts';
import { Refusal } from './refusal.ts';
import { checkLabels } from './series-groups.ts';

/**
 * Answers from history where there is one and the question is about the past; otherwise from current values where they
 * hold the answer.
 *
 * @param nowMs - Milliseconds since the epoch.
 * @throws Refusal when neither can, which says what would be needed.
 */
export async function queryMetric(
  sources: MetricSources,
  question: MetricQuestion,
  nowMs: number,
): Promise<MetricAnswer> {
  const family = await familyNamed(sources.gatherer, question.metric);
  const { fn, filter, groupBy, limit } = question;
  checkLabels(family, [...Object.keys(filter), ...(groupBy ?? [])]);
  const unit = unitOf(family, fn);
  if (fn === 'latest' || fn === 'sum') {
    const asked = { filter, groupBy: fn === 'sum' ? (groupBy ?? []) : groupBy };
    return { ...largest(currentSums(family, asked), limit), unit, window: 'now' };
  }
  if (family.type === 'summary' && fn in QUANTILES) {
    // A summary looks back over a window of its own.
    return { ...largest(withoutHistory(family, fn, question), limit), unit, window: 'now' };
  }
  if (sources.history === undefined) {
    return { ...largest(withoutHistory(family, fn, question), limit), unit, window: 'since_start' };
  }
  const { series, ...known }: PastAnswer = await askHistory(sources.history, family, { fn, question, nowMs });
  return { ...largest(series, mostSeries(question)), unit, window: `${question.windowSeconds}s`, ...known };
}

function withoutHistory(family: MetricFamily, fn: PastFunction, question: MetricQuestion): readonly AnsweredGroup[] {
  const quantile = QUANTILES[fn];
  if (quantile !== undefined) return currentQuantiles(family, quantile, question);
  if (fn === 'ratio') return currentRatios(family, question);
  if (fn === 'avg' && isDistribution(family)) return meansSinceStart(family, question);
  throw new Refusal(
    `History is not configured in this server, so ${fn} of a ${family.type} cannot be computed. ` +
      'Without it there are latest, sum and ratio, and of histograms and summaries avg and quantiles since the start.',
  );
}

/** Unit of the values: observations of a distribution are counted, and a share has no unit. */
function unitOf(family: MetricFamily, fn: QueryFunction): string {
  const { unit } = family;
  const isCount = isDistribution(family) && (fn === 'latest' || fn === 'sum' || fn === 'rate' || fn === 'increase');
  if (fn === 'ratio' || isCount || unit === '') return '';
  return fn === 'rate' ? `${unit}/s` : unit;
}

function largest(values: readonly AnsweredGroup[], limit: number): Pick<MetricAnswer, 'series' | 'truncated'> {
  const sorted = values.toSorted((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity));
  return { series: sorted.slice(0, limit), truncated: sorted.length > limit };
}
