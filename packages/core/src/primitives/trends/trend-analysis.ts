import { CompensatedSum } from '../windows/compensated-sum.ts';
import { fitLine } from './trend-line.ts';
import { mannKendall } from './trend-mann-kendall.ts';
import { theilSenSlope } from './trend-theil-sen.ts';

/** Where a value is heading. */
export type TrendDirection = 'increasing' | 'decreasing' | 'stable' | 'insufficient_data';

/** Fewer points say nothing about a direction. */
const MIN_POINTS = 8;
/** A trend must be less likely than that by chance … */
const SIGNIFICANCE = 0.05;
/** … and change the value by that many percent over the span. */
const MIN_CHANGE_PERCENT = 1;

/** How values develop over time. Numbers are `null` where they cannot be told. */
export interface Trend {
  /** Rising or falling only when it is significant (p below 0.05) and at least 1 % over the span. */
  readonly direction: TrendDirection;
  /** Slope of the line of least squares, per second: what `deriv` gives in PromQL. */
  readonly slopePerSecond: number | null;
  /** Median of the slopes of all pairs, per second: hardly touched by outliers. */
  readonly robustSlopePerSecond: number | null;
  /** Share of the variance that the line explains, 0 … 1; `null` when there is no variance. */
  readonly rSquared: number | null;
  /** Probability of such a tendency without any trend (Mann–Kendall, corrected for ties). */
  readonly pValue: number | null;
  /** Change of the line over the span in percent of its start; `null` when that is 0. */
  readonly changePercent: number | null;
  /** Value of the line at the first point. */
  readonly startValue: number | null;
  /** Value of the line at the last point. */
  readonly endValue: number | null;
  /** Time of the last point, in milliseconds since the epoch. */
  readonly endMs: number | null;
  /** Number of points. */
  readonly sampleCount: number;
}

/**
 * Analyses how values develop. Real times count, not positions. Values that are not finite are left out.
 *
 * Costs O(n log n), and at most 125 000 pairs for the robust slope.
 *
 * @param timestampsMs - Ascending, in milliseconds since the epoch.
 * @param values - One for each time.
 */
export function analyseTrend(timestampsMs: Float64Array, values: Float64Array): Trend {
  const points = finitePoints(timestampsMs, values);
  const sampleCount = points.values.length;
  const startMs = points.timestampsMs[0];
  const endMs = points.timestampsMs[sampleCount - 1];
  if (startMs === undefined || endMs === undefined || endMs <= startMs) return unknownTrend(sampleCount, endMs);
  const { slope, intercept } = fitLine({ ...points, from: 0, end: sampleCount }, startMs);
  const endValue = intercept + (slope * (endMs - startMs)) / 1000;
  const changePercent = intercept === 0 ? null : (100 * (endValue - intercept)) / Math.abs(intercept);
  const { score, pValue } = mannKendall(points.values);
  return {
    direction: directionOf(sampleCount, { score, pValue, changePercent, slope }),
    slopePerSecond: slope,
    robustSlopePerSecond: theilSenSlope(points.timestampsMs, points.values),
    rSquared: explainedShare(points, { slope, intercept, startMs }),
    pValue,
    changePercent,
    startValue: intercept,
    endValue,
    endMs,
    sampleCount,
  };
}

/**
 * The value that the line of a trend reaches.
 *
 * @param secondsAhead - After the last point.
 */
export function forecastTrend(trend: Trend, secondsAhead: number): number | null {
  const { slopePerSecond, endValue } = trend;
  return slopePerSecond === null || endValue === null ? null : endValue + slopePerSecond * secondsAhead;
}

/**
 * When the line of a trend reaches a threshold, in milliseconds since the epoch: after the last point; `null` when it moves away from
 * it, or never moves.
 */
export function breachTimeOfTrend(trend: Trend, threshold: number): number | null {
  const { slopePerSecond, endValue, endMs } = trend;
  if (slopePerSecond === null || endValue === null || endMs === null || slopePerSecond === 0) return null;
  const seconds = (threshold - endValue) / slopePerSecond;
  return seconds >= 0 ? endMs + seconds * 1000 : null;
}

interface Points {
  readonly timestampsMs: Float64Array;
  readonly values: Float64Array;
}

function finitePoints(timestampsMs: Float64Array, values: Float64Array): Points {
  if (values.every(Number.isFinite)) return { timestampsMs, values };
  const isFinite = (_: number, index: number): boolean => Number.isFinite(values[index]);
  return { timestampsMs: timestampsMs.filter(isFinite), values: values.filter(isFinite) };
}

function unknownTrend(sampleCount: number, endMs: number | undefined): Trend {
  return {
    direction: 'insufficient_data',
    slopePerSecond: null,
    robustSlopePerSecond: null,
    rSquared: null,
    pValue: null,
    changePercent: null,
    startValue: null,
    endValue: null,
    endMs: endMs ?? null,
    sampleCount,
  };
}

function directionOf(
  sampleCount: number,
  found: {
    readonly score: number;
    readonly pValue: number;
    readonly changePercent: number | null;
    readonly slope: number;
  },
): TrendDirection {
  if (sampleCount < MIN_POINTS) return 'insufficient_data';
  // From 0 every change is a large one.
  const isLarge =
    found.changePercent === null ? found.slope !== 0 : Math.abs(found.changePercent) >= MIN_CHANGE_PERCENT;
  if (found.pValue >= SIGNIFICANCE || !isLarge) return 'stable';
  return found.score > 0 ? 'increasing' : 'decreasing';
}

/** 1 - residual variance / variance. */
function explainedShare(
  { timestampsMs, values }: Points,
  line: { readonly slope: number; readonly intercept: number; readonly startMs: number },
): number | null {
  const total = new CompensatedSum();
  for (const value of values) total.add(value);
  const mean = total.value / values.length;
  const around = new CompensatedSum();
  const beside = new CompensatedSum();
  for (const [index, value] of values.entries()) {
    const fitted = line.intercept + (line.slope * ((timestampsMs[index] ?? NaN) - line.startMs)) / 1000;
    around.add((value - mean) ** 2);
    beside.add((value - fitted) ** 2);
  }
  if (line.slope === 0 && beside.value === 0) return null;
  return around.value === 0 ? null : Math.max(0, 1 - beside.value / around.value);
}
