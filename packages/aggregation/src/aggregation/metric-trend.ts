import { type QueryExpression, type SeriesSelector, WindowFunction } from '@bduf/metrics-core/interfaces';
import { analyseTrend, breachTimeOfTrend, forecastTrend } from '@bduf/metrics-core/primitives';
import type { TrendOptions } from './aggregated-metric.ts';
import { bucketWindow } from './bucket-numbers.ts';
import { askCoverage } from './bucket-questions.ts';
import type { MetricHistory } from './metric-history.ts';
import { combinePoints, type MetricPoints, samplePoints, windowPoints } from './metric-points.ts';
import type { TimeSpan } from './range-span.ts';
import type { TrendAnalysis } from './trend-analysis.ts';

/** Latest time that a date can have. */
const MAX_TIME_MS = 8.64e15;

/** Analyses how a metric develops in a span: a gauge itself, the rate of a counter, the mean or a quantile of a distribution. */
export function metricTrend(
  history: MetricHistory,
  metric: string,
  { span, options }: { readonly span: TimeSpan; readonly options: TrendOptions },
): TrendAnalysis {
  const { matchers } = options;
  const selector = { metric, ...(matchers !== undefined && { matchers }) };
  const past = { fromMs: span.fromMs, toMs: Math.min(span.toMs, history.nowMs + 1) };
  const { coverage, reason } = coverageOf(history, selector, past);
  const points = pointsOf(history, selector, { span: past, options });
  const { robustSlopePerSecond, endMs, ...trend } = analyseTrend(points.timestampsMs, points.values);
  const whole = { ...trend, robustSlopePerSecond, endMs };
  return {
    ...trend,
    robustSlope: robustSlopePerSecond,
    coverage,
    ...(coverage < 1 && reason !== undefined && { reason }),
    forecast: (seconds) => forecastTrend(whole, seconds),
    breachTime: (threshold) => dateOf(breachTimeOfTrend(whole, threshold)),
  };
}

function pointsOf(
  history: MetricHistory,
  selector: SeriesSelector,
  { span, options }: { readonly span: TimeSpan; readonly options: TrendOptions },
): MetricPoints {
  const { metric } = selector;
  const type = history.typeOf(metric);
  if (type === 'histogram' || type === 'summary') {
    return windowPoints(history, metric, { span, question: (stepMs) => ofObservations(selector, stepMs, options) });
  }
  if (type !== 'counter') return combinePoints(samplePoints(history, selector, span), options.fn ?? 'avg');
  const question = (windowMs: number): QueryExpression => ({
    kind: 'aggregate',
    op: options.fn ?? 'sum',
    of: { kind: 'window', fn: WindowFunction.RATE, selector, windowMs },
  });
  return windowPoints(history, metric, { span, question });
}

function ofObservations(selector: SeriesSelector, windowMs: number, { quantile }: TrendOptions): QueryExpression {
  const of: QueryExpression = {
    kind: 'aggregate',
    op: 'sum',
    of: { kind: 'window', fn: WindowFunction.INCREASE, selector, windowMs },
  };
  return quantile === undefined
    ? { kind: 'histogram', fn: 'avg', of }
    : { kind: 'histogram', fn: 'quantile', of, parameter: quantile };
}

function coverageOf(
  history: MetricHistory,
  { metric, matchers }: SeriesSelector,
  span: TimeSpan,
): Pick<TrendAnalysis, 'coverage' | 'reason'> {
  if (span.toMs <= span.fromMs) return { coverage: 0 };
  const [answer] = askCoverage(history, [span], bucketWindow(WindowFunction.COUNT, metric, matchers));
  const { coverage = 0, reason } = answer ?? {};
  return { coverage, ...(reason !== undefined && { reason }) };
}

function dateOf(timeMs: number | null): Date | null {
  // A line that hardly moves reaches everything, but no calendar goes that far.
  return timeMs === null || timeMs > MAX_TIME_MS ? null : new Date(timeMs);
}
