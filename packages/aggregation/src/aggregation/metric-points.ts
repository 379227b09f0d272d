import type { QueryExpression, SampledSeries, SeriesSelector } from '@bduf/metrics-core/interfaces';
import type { SeriesOperator } from './aggregated-metric.ts';
import type { MetricHistory } from './metric-history.ts';
import type { TimeSpan } from './range-span.ts';
import { combineSeries } from './series-operators.ts';

/** Values over time. */
export interface MetricPoints {
  /** Ascending, in milliseconds since the epoch. */
  readonly timestampsMs: Float64Array;
  /** One for each time. */
  readonly values: Float64Array;
}

/** Values that may stand for several samples each. */
export interface SamplePoints extends MetricPoints {
  /** Number of samples whose mean each value is; `undefined` when they are samples themselves. */
  readonly weights: Float64Array | undefined;
}

/** Steps of a span when nobody knows the distance of samples. */
const STEPS = 240;

/** The samples of a gauge, series after series. Of a downsampled tier the means of cells. */
export function samplePoints(history: MetricHistory, selector: SeriesSelector, span: TimeSpan): SamplePoints[] {
  const stepMs = history.describing?.resolutionMs(selector.metric, span.fromMs - 1) ?? 0;
  return Array.from(history.samples(selector, span.fromMs - 1, span.toMs - 1), (series) =>
    pointsIn(series, span, stepMs),
  );
}

/** Series as one: what they have at the same moment is put together. */
export function combinePoints(all: readonly MetricPoints[], fn: SeriesOperator): MetricPoints {
  const [only] = all;
  if (only !== undefined && all.length === 1 && fn !== 'count') return only;
  const byTime = new Map<number, number[]>();
  for (const { timestampsMs, values } of all) {
    for (const [at, timeMs] of timestampsMs.entries()) {
      const there = byTime.get(timeMs) ?? [];
      there.push(values[at] ?? NaN);
      byTime.set(timeMs, there);
    }
  }
  const timestampsMs = Float64Array.from(byTime.keys()).toSorted();
  return {
    timestampsMs,
    values: timestampsMs.map((timeMs) => combineSeries(fn, byTime.get(timeMs) ?? []) ?? NaN),
  };
}

/**
 * What a question about a window answers tick by tick. The windows are as long as samples are apart. They end between two ticks, so that
 * each holds one, whether it came a little earlier or later; of a downsampled tier they are its cells.
 *
 * @param question - Of a window of a given length. Its answer has one series at most.
 */
export function windowPoints(
  history: MetricHistory,
  metric: string,
  { span, question }: { readonly span: TimeSpan; readonly question: (windowMs: number) => QueryExpression },
): SamplePoints {
  const { fromMs, toMs } = span;
  const knownMs = history.describing?.resolutionMs(metric, fromMs - 1);
  const stepMs = knownMs ?? Math.max(1, Math.ceil((toMs - fromMs) / STEPS));
  const isDownsampled = stepMs > (history.describing?.resolutionMs(metric, Infinity) ?? stepMs);
  const phaseMs = isDownsampled ? -1 : Math.floor(stepMs / 2);
  const startMs = Math.ceil((fromMs + stepMs - 1 - phaseMs) / stepMs) * stepMs + phaseMs;
  const endMs = toMs - 1;
  const [answer] = endMs < startMs ? [] : history.ask([{ expression: question(stepMs), startMs, endMs, stepMs }]);
  const { timestampsMs = new Float64Array(0), values = new Float64Array(0) } = answer?.series[0] ?? {};
  return { timestampsMs, values, weights: isDownsampled ? values.map(() => 1) : undefined };
}

function pointsIn(series: SampledSeries, { fromMs, toMs }: TimeSpan, stepMs: number): SamplePoints {
  const { timestampsMs, values, cells } = series;
  const isInside = (_: number, at: number): boolean => {
    const timeMs = timestampsMs[at] ?? NaN;
    return timeMs >= fromMs && timeMs < toMs;
  };
  if (cells === undefined) {
    return { timestampsMs: timestampsMs.filter(isInside), values: values.filter(isInside), weights: undefined };
  }
  const means = cells.sums.map((sum, at) => sum / (cells.counts[at] ?? NaN));
  return {
    timestampsMs: meanTimes(timestampsMs, cells.counts, stepMs).filter(isInside),
    values: means.filter(isInside),
    weights: cells.counts.filter(isInside),
  };
}

/** A mean belongs to the middle of its samples, which end with the time of the cell. They are taken for equally far apart. */
function meanTimes(timestampsMs: Float64Array, counts: Float64Array, stepMs: number): Float64Array {
  return timestampsMs.map((lastMs, at) => {
    const count = counts[at] ?? 1;
    const lengthMs = Math.min(lastMs - (timestampsMs[at - 1] ?? -Infinity), stepMs);
    return count <= 1 ? lastMs : lastMs - (lengthMs * (count - 1)) / (2 * count);
  });
}
