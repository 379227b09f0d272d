import { fitLine, type TrendLine } from '../trends/trend-line.ts';
import type { SampleWindow } from './sample-window.ts';
import type { WindowKernel } from './window-kernel.ts';

/** Slope of the straight line through the samples that fits best, per second. */
export const slopeOfSamples: WindowKernel = (window) =>
  window.size < 2 ? undefined : lineThrough(window, window.time(window.first)).slope;

/** Value of that line some seconds after the evaluation time. */
export const predictedValue: WindowKernel = (window, secondsAhead) => {
  if (window.size < 2) return undefined;
  const { slope, intercept } = lineThrough(window, window.evaluationMs);
  return slope * secondsAhead + intercept;
};

function lineThrough({ column, first, end }: SampleWindow, originMs: number): TrendLine {
  return fitLine({ timestampsMs: column.timestampsMs, values: column.values, from: first, end }, originMs);
}
