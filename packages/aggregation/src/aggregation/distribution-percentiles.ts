import {
  HistogramFunction,
  type HistoryAnswer,
  type QueryExpression,
  type SeriesSelector,
  WindowFunction,
} from '@bduf/metrics-core/interfaces';
import { compileMatchers, seriesOf } from '@bduf/metrics-core/primitives';
import type { DetailedPercentile } from './aggregated-metric.ts';
import { estimateFromBuckets, estimateFromSketch, type PercentileEstimate, rankOf } from './bucket-estimate.ts';
import type { MetricHistory } from './metric-history.ts';
import type { PercentileQuestion } from './percentile-question.ts';
import { known } from './series-operators.ts';

/** Percentiles of a histogram, all its series added up: from native buckets when it has them, else from explicit ones. */
export function histogramPercentiles(history: MetricHistory, question: PercentileQuestion): DetailedPercentile[] {
  const schema = leastSchema(history, question);
  if (schema !== undefined) {
    const total = ask(history, question, { fn: HistogramFunction.COUNT });
    const count = total.series[0]?.values[0] ?? 0;
    return question.quantiles.map((quantile) => {
      // In the middle of that observation's share no bucket ends, so that there is no doubt which one is meant.
      const parameter = count > 0 ? (rankOf(quantile, count) - 0.5) / count : quantile;
      const answer = ask(history, question, { fn: HistogramFunction.QUANTILE, parameter });
      return detailed(estimateFromSketch(answer.series[0]?.values[0] ?? NaN, schema), 'sketch', total);
    });
  }
  const answer = ask(history, question, { fn: HistogramFunction.BUCKETS });
  const { upperBounds, counts } = bucketsOf(answer);
  return question.quantiles.map((quantile) =>
    detailed(estimateFromBuckets(upperBounds, counts, quantile), 'buckets', answer),
  );
}

/**
 * Percentiles of a summary: those that it keeps, over its own window, when there is one series. Neither other ones nor those of several
 * series follow from them.
 */
export function summaryPercentiles(
  history: MetricHistory,
  { selector, quantiles }: PercentileQuestion,
): DetailedPercentile[] {
  const family = history.presentFamily(selector.metric);
  const matches = compileMatchers(selector.matchers ?? []);
  const [only, ...others] =
    family === undefined ? [] : Array.from(seriesOf(family)).filter(({ labels }) => matches(labels));
  return quantiles.map((quantile) => {
    const place = family?.quantiles.indexOf(quantile) ?? -1;
    const value = place === -1 || others.length > 0 ? null : known(only?.numbers[place]);
    return {
      value,
      coverage: value === null ? 0 : 1,
      method: 'sketch',
      relativeError: value === null ? null : SUMMARY_ERROR,
    };
  });
}

/** Summaries count in buckets that grow by the 32nd root of 2. */
const SUMMARY_ERROR = 2 ** (1 / 64) - 1;

function ask(
  history: MetricHistory,
  { selector, windowMs }: PercentileQuestion,
  { fn, parameter }: { readonly fn: HistogramFunction; readonly parameter?: number },
): HistoryAnswer {
  const expression: QueryExpression = {
    kind: 'histogram',
    fn,
    of: { kind: 'aggregate', op: 'sum', of: seriesIn(selector, windowMs) },
    ...(parameter !== undefined && { parameter }),
  };
  return windowMs === undefined
    ? history.askPresent(expression, selector.metric)
    : history.askAt(expression, history.nowMs);
}

function seriesIn(selector: SeriesSelector, windowMs: number | undefined): QueryExpression {
  return windowMs === undefined
    ? { kind: 'select', selector }
    : { kind: 'window', fn: WindowFunction.INCREASE, selector, windowMs };
}

/** Resolution that all series have together; `undefined` without native buckets. */
function leastSchema(history: MetricHistory, { selector, windowMs }: PercentileQuestion): number | undefined {
  const natives = history.presentFamily(selector.metric)?.blocks.flatMap(({ native }) => native ?? []) ?? [];
  const present = natives.flatMap(({ schemas }) => Array.from(schemas));
  const past = windowMs === undefined ? undefined : history.describing?.describe(selector.metric)?.leastSchema;
  const all = past === undefined ? present : [...present, past];
  return all.length === 0 ? undefined : Math.min(...all);
}

function bucketsOf({ series }: HistoryAnswer): {
  readonly upperBounds: readonly number[];
  readonly counts: readonly number[];
} {
  const cumulative = series
    .map(({ labels, values }) => {
      const bound = labels['le'] ?? '';
      return { bound: bound === '+Inf' ? Infinity : Number(bound), count: values[0] ?? NaN };
    })
    .toSorted((a, b) => a.bound - b.bound);
  return {
    upperBounds: cumulative.slice(0, -1).map(({ bound }) => bound),
    counts: cumulative.map(({ count }, at) => count - (cumulative[at - 1]?.count ?? 0)),
  };
}

function detailed(
  { value, relativeError }: PercentileEstimate,
  method: 'sketch' | 'buckets',
  { coverage, reason }: HistoryAnswer,
): DetailedPercentile {
  return {
    value: known(value),
    method,
    relativeError,
    coverage,
    ...(coverage < 1 && reason !== undefined && { reason }),
  };
}
