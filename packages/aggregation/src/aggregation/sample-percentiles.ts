import {
  type FamilyType,
  type HistoryGap,
  type SampledSeries,
  type SeriesSelector,
  WindowFunction,
} from '@bduf/metrics-core/interfaces';
import { evaluateQueries } from '@bduf/metrics-core/primitives';
import type { DetailedPercentile } from './aggregated-metric.ts';
import type { MetricHistory } from './metric-history.ts';
import { rankOf } from './bucket-estimate.ts';
import { type SamplePoints, samplePoints, windowPoints } from './metric-points.ts';
import type { PercentileQuestion } from './percentile-question.ts';
import { known } from './series-operators.ts';

const HOUR_MS = 3_600_000;

/** Percentiles of the samples of all series together; of a counter those of its rate, from tick to tick, all series added up. */
export function samplePercentiles(
  history: MetricHistory,
  { selector, quantiles, windowMs = HOUR_MS }: PercentileQuestion,
  type: FamilyType,
): DetailedPercentile[] {
  const { nowMs } = history;
  const span = { fromMs: nowMs - windowMs + 1, toMs: nowMs + 1 };
  const { coverage, reason } = history.askAt({ kind: 'window', fn: WindowFunction.COUNT, selector, windowMs }, nowMs);
  const all =
    type === 'counter'
      ? [windowPoints(history, selector.metric, { span, question: (stepMs) => totalRate(selector, stepMs) })]
      : samplePoints(history, selector, span);
  const isExact = all.every(({ weights }) => weights === undefined);
  const values = isExact ? quantilesOfSamples(all, quantiles) : quantilesOfMeans(all, quantiles);
  const gap = coverage < 1 && reason !== undefined ? reason : undefined;
  return values.map((value) => percentileOf(value, { isExact, coverage, reason: gap }));
}

function percentileOf(
  value: number | undefined,
  answer: { readonly isExact: boolean; readonly coverage: number; readonly reason: HistoryGap | undefined },
): DetailedPercentile {
  const { isExact, coverage, reason } = answer;
  const found = { value: known(value), coverage, method: 'samples' } as const;
  const relativeError = found.value === null || !isExact ? null : 0;
  return reason === undefined ? { ...found, relativeError } : { ...found, relativeError, reason };
}

function totalRate(selector: SeriesSelector, windowMs: number) {
  const of = { kind: 'window', fn: WindowFunction.RATE, selector, windowMs } as const;
  return { kind: 'aggregate', op: 'sum', of } as const;
}

/** Quantiles of means, each of which counts as often as the samples that it stands for. */
function quantilesOfMeans(all: readonly SamplePoints[], quantiles: readonly number[]): readonly (number | undefined)[] {
  const means = all
    .flatMap(({ values, weights }) =>
      Array.from(values, (value, at) => ({ value, weight: weights === undefined ? 1 : (weights[at] ?? 1) })),
    )
    .filter(({ value }) => !Number.isNaN(value))
    .toSorted((a, b) => a.value - b.value);
  const total = means.reduce((sum, { weight }) => sum + weight, 0);
  return quantiles.map((quantile) => {
    const rank = rankOf(quantile, total);
    let seen = 0;
    return means.find(({ weight }) => {
      seen += weight;
      return seen >= rank;
    })?.value;
  });
}

/** Quantiles as `quantile_over_time` has them, which looks at no times, so that series need not be told apart: places stand for them. */
function quantilesOfSamples(
  all: readonly SamplePoints[],
  quantiles: readonly number[],
): readonly (number | undefined)[] {
  const values = Float64Array.from(
    all.flatMap((points) => Array.from(points.values).filter((value) => !Number.isNaN(value))),
  );
  const series: SampledSeries = {
    labels: {},
    type: 'gauge',
    createdMs: NaN,
    observedSinceMs: 0,
    timestampsMs: Float64Array.from(values.keys()),
    values,
    width: 1,
    upperBounds: [],
    gaps: new Int32Array(0),
  };
  const selector = { metric: 'values' };
  const windowMs = values.length + 1;
  const questions = quantiles.map((parameter) => ({
    expression: { kind: 'window', fn: WindowFunction.QUANTILE, selector, windowMs, parameter } as const,
    startMs: values.length,
    endMs: values.length,
    stepMs: 0,
  }));
  return evaluateQueries(questions, { select: () => [series] }).map((answer) => answer.series[0]?.values[0]);
}
