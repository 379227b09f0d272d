import { CompensatedSum } from '../windows/compensated-sum.ts';

/** A straight line: value = intercept + slope · seconds since its origin. */
export interface TrendLine {
  /** Change per second. */
  readonly slope: number;
  /** Value at the origin. */
  readonly intercept: number;
}

/** Points, and which of them count. */
export interface TrendPoints {
  /** Times in milliseconds. */
  readonly timestampsMs: Float64Array;
  /** Values. */
  readonly values: Float64Array;
  /** First point. */
  readonly from: number;
  /** After the last point. */
  readonly end: number;
}

const sumX = new CompensatedSum();
const sumY = new CompensatedSum();
const sumXY = new CompensatedSum();
const sumXX = new CompensatedSum();

/**
 * The straight line through points that fits best (least squares), by compensated sums as in Prometheus. Values that are all the
 * same give exactly that line.
 *
 * @param points - At least two.
 * @param originMs - Time of the intercept; near the points, for the sake of precision.
 */
export function fitLine(points: TrendPoints, originMs: number): TrendLine {
  const { timestampsMs, values, from, end } = points;
  const constant = constantValue(points);
  if (constant !== undefined) {
    return Number.isFinite(constant) ? { slope: 0, intercept: constant } : { slope: NaN, intercept: NaN };
  }
  for (const sum of [sumX, sumY, sumXY, sumXX]) sum.reset();
  for (let index = from; index < end; index++) {
    const x = ((timestampsMs[index] ?? NaN) - originMs) / 1000;
    const y = values[index] ?? NaN;
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumXX.add(x * x);
  }
  const n = end - from;
  const [x, y] = [sumX.sum + sumX.compensation, sumY.sum + sumY.compensation];
  const covariance = sumXY.sum + sumXY.compensation - (x * y) / n;
  const variance = sumXX.sum + sumXX.compensation - (x * x) / n;
  const slope = covariance / variance;
  return { slope, intercept: y / n - (slope * x) / n };
}

/** The value of all points when they are the same. */
function constantValue({ values, from, end }: TrendPoints): number | undefined {
  const value = values[from];
  for (let index = from + 1; index < end; index++) {
    if (values[index] !== value) return undefined;
  }
  return value;
}
