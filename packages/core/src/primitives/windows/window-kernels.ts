import { QuerySemantics } from '../../interfaces/history-source.ts';
import { type SelectExpression, type WindowExpression, WindowFunction } from '../../interfaces/query-expression.ts';
import type { SampleWindow } from './sample-window.ts';
import { estimatedDelta, estimatedIncrease, estimatedRate } from './window-extrapolation.ts';
import { exactDelta, exactIncrease, exactRate } from './window-increase.ts';
import type { WindowKernel } from './window-kernel.ts';
import { predictedValue, slopeOfSamples } from './window-regression.ts';
import {
  averageOfSamples,
  countOfSamples,
  deviationOfSamples,
  greatestSample,
  lastSample,
  leastSample,
  presenceOfSamples,
  quantileOfSamples,
  sumOfSamples,
  varianceOfSamples,
} from './window-statistics.ts';
import { countChanges, countResets, lastDelta, lastRate } from './window-steps.ts';

const PROMETHEUS: Readonly<Record<WindowFunction, WindowKernel>> = {
  [WindowFunction.RATE]: estimatedRate,
  [WindowFunction.INCREASE]: estimatedIncrease,
  [WindowFunction.IRATE]: lastRate,
  [WindowFunction.DELTA]: estimatedDelta,
  [WindowFunction.IDELTA]: lastDelta,
  [WindowFunction.DERIV]: slopeOfSamples,
  [WindowFunction.PREDICT_LINEAR]: predictedValue,
  [WindowFunction.AVG]: averageOfSamples,
  [WindowFunction.MIN]: leastSample,
  [WindowFunction.MAX]: greatestSample,
  [WindowFunction.SUM]: sumOfSamples,
  [WindowFunction.COUNT]: countOfSamples,
  [WindowFunction.LAST]: lastSample,
  [WindowFunction.PRESENT]: presenceOfSamples,
  [WindowFunction.STDDEV]: deviationOfSamples,
  [WindowFunction.STDVAR]: varianceOfSamples,
  [WindowFunction.QUANTILE]: quantileOfSamples,
  [WindowFunction.CHANGES]: (window) => (window.size === 0 ? undefined : countChanges(window, window.first + 1)),
  [WindowFunction.RESETS]: (window) => (window.size === 0 ? undefined : countResets(window, window.first + 1)),
};

/** A value holds until the next sample, so that a window without samples still has one. */
const EXACT: Readonly<Record<WindowFunction, WindowKernel>> = {
  ...PROMETHEUS,
  [WindowFunction.RATE]: exactRate,
  [WindowFunction.INCREASE]: exactIncrease,
  [WindowFunction.DELTA]: exactDelta,
  [WindowFunction.AVG]: orCarried(averageOfSamples),
  [WindowFunction.MIN]: orCarried(leastSample),
  [WindowFunction.MAX]: orCarried(greatestSample),
  [WindowFunction.LAST]: orCarried(lastSample),
  [WindowFunction.PRESENT]: (window) => (carriedSample(window) === undefined ? presenceOfSamples(window, NaN) : 1),
  [WindowFunction.QUANTILE]: orCarried(quantileOfSamples),
  [WindowFunction.CHANGES]: sinceCarried(countChanges),
  [WindowFunction.RESETS]: sinceCarried(countResets),
};

/** The kernel of an expression. */
export function windowKernelOf(
  expression: SelectExpression | WindowExpression,
  semantics: QuerySemantics,
): WindowKernel {
  if (expression.kind === 'select') return valueNow;
  return semantics === QuerySemantics.PROMETHEUS ? PROMETHEUS[expression.fn] : EXACT[expression.fn];
}

/** The last value, as long as it is valid. */
function valueNow(window: SampleWindow): number | undefined {
  return window.isCarried(window.end, window.toMs) ? window.value(window.end - 1) : undefined;
}

/** The value that holds throughout a window without samples. */
function carriedSample(window: SampleWindow): number | undefined {
  return window.size === 0 && window.isCarried(window.end, window.toMs) ? window.value(window.end - 1) : undefined;
}

function orCarried(kernel: WindowKernel): WindowKernel {
  return (window, parameter) => carriedSample(window) ?? kernel(window, parameter);
}

/** Compares the first sample of the window with the one before it, too. */
function sinceCarried(count: (window: SampleWindow, from: number) => number): WindowKernel {
  return (window) => {
    if (window.first === 0 || window.isCut(window.first)) {
      return window.size === 0 ? undefined : count(window, window.first + 1);
    }
    return window.size === 0 && !window.isCarried(window.end, window.toMs) ? undefined : count(window, window.first);
  };
}
