import type { SampleWindow } from './sample-window.ts';
import type { WindowKernel } from './window-kernel.ts';

/** From this many mean distances on, the end of a window counts as not covered by the series. */
const THRESHOLD = 1.1;

/** Increase of a counter as Prometheus estimates it, from the samples in the window only. */
export const estimatedIncrease: WindowKernel = (window) => {
  const counted = countedBetweenSamples(window);
  return counted === undefined ? undefined : counted * extrapolation(window, zeroPoint(window, counted));
};

/** Increase of a counter per second as Prometheus estimates it. */
export const estimatedRate: WindowKernel = (window) => {
  const counted = countedBetweenSamples(window);
  if (counted === undefined) return undefined;
  return counted * (extrapolation(window, zeroPoint(window, counted)) / secondsOf(window.toMs - window.fromMs));
};

/** Change of a gauge as Prometheus estimates it. */
export const estimatedDelta: WindowKernel = (window) => {
  if (window.size < 2) return undefined;
  const change = window.value(window.end - 1) - window.value(window.first);
  return change * extrapolation(window, Infinity);
};

/**
 * By what to multiply what was found between the first and the last sample of a window in order to cover all of it. A series
 * is supposed to reach to an end of the window when its samples would have reached it at their mean distance, and else to end
 * half a distance beyond its last sample.
 *
 * @param window - With at least two samples.
 * @param secondsToZero - How long before its first sample a counter cannot have begun.
 */
export function extrapolation(window: SampleWindow, secondsToZero: number): number {
  const firstMs = window.time(window.first);
  const lastMs = window.time(window.end - 1);
  const sampled = (lastMs - firstMs) / 1000;
  const distance = sampled / (window.size - 1);
  const before = reachOf((firstMs - window.fromMs) / 1000, distance);
  const after = reachOf((window.toMs - lastMs) / 1000, distance);
  return (sampled + Math.min(before, secondsToZero) + after) / sampled;
}

/** The length of a window in seconds, rounded as Go does. */
export function secondsOf(ms: number): number {
  return Math.floor(ms / 1000) + ((ms % 1000) * 1e6) / 1e9;
}

function reachOf(gap: number, distance: number): number {
  return gap >= distance * THRESHOLD ? distance / 2 : gap;
}

function countedBetweenSamples(window: SampleWindow): number | undefined {
  const { first, end, column } = window;
  if (window.size < 2) return undefined;
  const ofCells = window.increaseOfCells(first + 1);
  if (ofCells !== undefined) return ofCells;
  let counted = window.value(end - 1) - window.value(first);
  const { resets } = column;
  for (let at = 0; at < resets.length; at++) {
    const index = resets[at] ?? 0;
    if (index >= end) break;
    if (index > first) counted += window.value(index - 1);
  }
  return counted;
}

/** Seconds before the first sample at which a counter that grew steadily would have been 0. */
function zeroPoint(window: SampleWindow, counted: number): number {
  const value = window.value(window.first);
  if (!(counted > 0 && value >= 0)) return Infinity;
  return ((window.time(window.end - 1) - window.time(window.first)) / 1000) * (value / counted);
}
