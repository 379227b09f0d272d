import { QuerySemantics } from '../../interfaces/history-source.ts';
import { type SelectExpression, type WindowExpression, WindowFunction } from '../../interfaces/query-expression.ts';
import {
  type NativeHistogram,
  addNative,
  coarsenNative,
  divideNative,
  emptyLike,
  scaleNative,
  subtractNative,
  wasReset,
} from '../histograms/native-histogram.ts';
import type { SampleWindow } from './sample-window.ts';
import { extrapolation, secondsOf } from './window-extrapolation.ts';
import { increaseSpan, lastingSpan } from './window-increase.ts';

/** The native histogram of a sample by its index. */
export type NativeSamples = (index: number) => NativeHistogram;

/**
 * A function of the native histograms in a window.
 *
 * @returns Its value; `undefined` when the window does not hold enough samples.
 */
export type NativeKernel = (window: SampleWindow, samples: NativeSamples) => NativeHistogram | undefined;

const PROMETHEUS: Partial<Readonly<Record<WindowFunction, NativeKernel>>> = {
  [WindowFunction.RATE]: estimatedNativeRate,
  [WindowFunction.INCREASE]: estimatedNativeIncrease,
  [WindowFunction.DELTA]: estimatedNativeDelta,
  [WindowFunction.IRATE]: lastNativeRate,
  [WindowFunction.IDELTA]: lastNativeDelta,
  [WindowFunction.AVG]: averageOfNative,
  [WindowFunction.SUM]: sumOfNative,
  [WindowFunction.LAST]: lastNative,
};

const EXACT: Partial<Readonly<Record<WindowFunction, NativeKernel>>> = {
  ...PROMETHEUS,
  [WindowFunction.RATE]: exactNativeRate,
  [WindowFunction.INCREASE]: exactNativeIncrease,
  [WindowFunction.DELTA]: exactNativeDelta,
  [WindowFunction.AVG]: orCarriedNative(averageOfNative),
  [WindowFunction.LAST]: orCarriedNative(lastNative),
};

/** The kernel of an expression over native histograms; `undefined` for functions that give numbers only. */
export function nativeKernelOf(
  expression: SelectExpression | WindowExpression,
  semantics: QuerySemantics,
): NativeKernel | undefined {
  if (expression.kind === 'select') return histogramNow;
  return semantics === QuerySemantics.PROMETHEUS ? PROMETHEUS[expression.fn] : EXACT[expression.fn];
}

/** The last histogram, as long as it is valid. */
function histogramNow(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  return window.isCarried(window.end, window.toMs) ? samples(window.end - 1) : undefined;
}

function exactNativeIncrease(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  const span = increaseSpan(window);
  if (span === undefined) return undefined;
  let result = samples(window.end - 1);
  if (span.base !== -1) result = subtractNative(result, samples(span.base));
  const { resets } = window.column;
  for (let at = 0; at < resets.length; at++) {
    const index = resets[at] ?? 0;
    if (index >= span.resetsFrom && index < window.end) result = addNative(result, samples(index - 1));
  }
  return result;
}

function exactNativeRate(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  const span = lastingSpan(window);
  const increase = exactNativeIncrease(window, samples);
  return span && increase && divideNative(increase, (span.untilMs - span.sinceMs) / 1000);
}

function exactNativeDelta(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  const span = lastingSpan(window);
  // A gauge does not begin with 0: its first sample stands for what was before.
  return span && subtractNative(samples(window.end - 1), samples(span.base === -1 ? window.first : span.base));
}

function estimatedNativeIncrease(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  if (window.size < 2) return undefined;
  return scaleNative(countedBetween(window, samples), extrapolation(window, Infinity));
}

function estimatedNativeRate(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  if (window.size < 2) return undefined;
  const factor = extrapolation(window, Infinity) / secondsOf(window.toMs - window.fromMs);
  return scaleNative(countedBetween(window, samples), factor);
}

function estimatedNativeDelta(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  if (window.size < 2) return undefined;
  const first = samples(window.first);
  const change = subtractNative(coarsenNative(samples(window.end - 1), first.schema), first);
  return scaleNative(change, extrapolation(window, Infinity));
}

/** Increase between the first and the last sample, at the coarsest resolution of all of them. */
function countedBetween({ first, end }: SampleWindow, samples: NativeSamples): NativeHistogram {
  // The layout of a first sample that is followed by a reset does not matter.
  const start = wasReset(samples(first), samples(first + 1)) ? emptyLike(samples(first + 1)) : samples(first);
  let { schema } = start;
  for (let index = first + 1; index < end; index++) schema = Math.min(schema, samples(index).schema);
  let result = subtractNative(coarsenNative(samples(end - 1), schema), start);
  let before = start;
  for (let index = first + 1; index < end; index++) {
    const after = samples(index);
    if (wasReset(before, after)) result = addNative(result, before);
    before = after;
  }
  return result;
}

function lastNativeRate(window: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  const { end } = window;
  if (window.size < 2) return undefined;
  const [before, after] = [samples(end - 2), samples(end - 1)];
  const increase = wasReset(before, after) ? after : subtractNative(after, before);
  return divideNative(increase, secondsOf(window.time(end - 1) - window.time(end - 2)));
}

function lastNativeDelta({ size, end }: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  return size < 2 ? undefined : subtractNative(samples(end - 1), samples(end - 2));
}

function sumOfNative({ first, end }: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  if (end === first) return undefined;
  let sum = samples(first);
  for (let index = first + 1; index < end; index++) sum = addNative(sum, samples(index));
  return sum;
}

function averageOfNative({ first, end }: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  if (end === first) return undefined;
  let mean = samples(first);
  for (let index = first + 1; index < end; index++) mean = movedMean(mean, samples(index), index - first + 1);
  return mean;
}

/** The mean of `count` histograms when that of one less is given. */
export function movedMean(mean: NativeHistogram, next: NativeHistogram, count: number): NativeHistogram {
  return addNative(mean, subtractNative(divideNative(next, count), divideNative(mean, count)));
}

function lastNative({ first, end }: SampleWindow, samples: NativeSamples): NativeHistogram | undefined {
  return end === first ? undefined : samples(end - 1);
}

function orCarriedNative(kernel: NativeKernel): NativeKernel {
  return (window, samples) =>
    window.size === 0 && window.isCarried(window.end, window.toMs) ? samples(window.end - 1) : kernel(window, samples);
}
