import { CompensatedSum } from './compensated-sum.ts';
import type { SampleWindow } from './sample-window.ts';
import type { WindowKernel } from './window-kernel.ts';

const sumX = new CompensatedSum();
const sumY = new CompensatedSum();
const sumXY = new CompensatedSum();
const sumXX = new CompensatedSum();

/** Slope of the straight line through the samples that fits best, per second. */
export const slopeOfSamples: WindowKernel = (window) =>
  window.size < 2 ? undefined : fitLine(window, window.time(window.first)).slope;

/** Value of that line some seconds after the evaluation time. */
export const predictedValue: WindowKernel = (window, secondsAhead) => {
  if (window.size < 2) return undefined;
  const { slope, intercept } = fitLine(window, window.evaluationMs);
  return slope * secondsAhead + intercept;
};

/** Least squares, with seconds since `originMs` as x. */
function fitLine(window: SampleWindow, originMs: number): { readonly slope: number; readonly intercept: number } {
  const { first, end } = window;
  const constant = constantValue(window);
  if (constant !== undefined) {
    return Number.isFinite(constant) ? { slope: 0, intercept: constant } : { slope: NaN, intercept: NaN };
  }
  sumX.reset();
  sumY.reset();
  sumXY.reset();
  sumXX.reset();
  for (let index = first; index < end; index++) {
    const x = (window.time(index) - originMs) / 1000;
    const y = window.value(index);
    sumX.add(x);
    sumY.add(y);
    sumXY.add(x * y);
    sumXX.add(x * x);
  }
  const n = end - first;
  const [x, y] = [sumX.sum + sumX.compensation, sumY.sum + sumY.compensation];
  const covariance = sumXY.sum + sumXY.compensation - (x * y) / n;
  const variance = sumXX.sum + sumXX.compensation - (x * x) / n;
  const slope = covariance / variance;
  return { slope, intercept: y / n - (slope * x) / n };
}

/** The value of all samples when they are the same. */
function constantValue(window: SampleWindow): number | undefined {
  const value = window.value(window.first);
  for (let index = window.first + 1; index < window.end; index++) {
    if (window.value(index) !== value) return undefined;
  }
  return value;
}
