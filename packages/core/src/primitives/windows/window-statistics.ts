import { CompensatedSum } from './compensated-sum.ts';
import { RunningMean } from './running-mean.ts';
import { quantileOf } from './quantile-of.ts';
import type { WindowKernel } from './window-kernel.ts';

const sum = new CompensatedSum();
const mean = new RunningMean();
const squares = new CompensatedSum();
const centre = new CompensatedSum();

/** Mean of the samples. */
export const averageOfSamples: WindowKernel = (window) => {
  const { first, end, column } = window;
  if (end === first) return undefined;
  if (column.cells !== undefined) return (sumOfSamples(window, NaN) ?? NaN) / (countOfSamples(window, NaN) ?? NaN);
  const exact = window.isRepeated ? column.exactSums : undefined;
  if (exact !== undefined) return ((exact[end] ?? NaN) - (exact[first] ?? NaN)) / (end - first);
  mean.reset();
  for (let index = first; index < end; index++) mean.add(column.values[index] ?? NaN);
  return mean.value;
};

/** Sum of the samples. */
export const sumOfSamples: WindowKernel = ({ first, end, column, isRepeated }) => {
  if (end === first) return undefined;
  const exact = isRepeated && column.cells === undefined ? column.exactSums : undefined;
  if (exact !== undefined) return (exact[end] ?? NaN) - (exact[first] ?? NaN);
  const values = column.cells?.sums ?? column.values;
  sum.reset();
  for (let index = first; index < end; index++) sum.add(values[index] ?? NaN);
  return sum.value;
};

/** Number of samples. */
export const countOfSamples: WindowKernel = ({ first, end, column }) => {
  if (end === first) return undefined;
  if (column.cells === undefined) return end - first;
  let count = 0;
  for (let index = first; index < end; index++) count += column.cells.counts[index] ?? 0;
  return count;
};

/** Least sample; NaN only when all are. */
export const leastSample: WindowKernel = ({ first, end, column }) => {
  if (end === first) return undefined;
  const values = column.cells?.mins ?? column.values;
  let least = values[first] ?? NaN;
  for (let index = first + 1; index < end; index++) {
    const value = values[index] ?? NaN;
    if (value < least || Number.isNaN(least)) least = value;
  }
  return least;
};

/** Greatest sample; NaN only when all are. */
export const greatestSample: WindowKernel = ({ first, end, column }) => {
  if (end === first) return undefined;
  const values = column.cells?.maxs ?? column.values;
  let greatest = values[first] ?? NaN;
  for (let index = first + 1; index < end; index++) {
    const value = values[index] ?? NaN;
    if (value > greatest || Number.isNaN(greatest)) greatest = value;
  }
  return greatest;
};

/** Last sample. */
export const lastSample: WindowKernel = (window) => (window.size === 0 ? undefined : window.value(window.end - 1));

/** 1 when there is a sample. */
export const presenceOfSamples: WindowKernel = (window) => (window.size === 0 ? undefined : 1);

/** Variance of the samples as a population. */
export const varianceOfSamples: WindowKernel = (window) => {
  const { first, end, column } = window;
  if (end === first) return undefined;
  if (column.cells !== undefined) return varianceOfCells(column.cells, first, end);
  centre.reset();
  squares.reset();
  for (let index = first; index < end; index++) {
    const value = column.values[index] ?? NaN;
    const distance = value - (centre.sum + centre.compensation);
    centre.add(distance / (index - first + 1));
    squares.add(distance * (value - (centre.sum + centre.compensation)));
  }
  return (squares.sum + squares.compensation) / (end - first);
};

/** Standard deviation of the samples as a population. */
export const deviationOfSamples: WindowKernel = (window) => {
  const variance = varianceOfSamples(window, NaN);
  return variance === undefined ? undefined : Math.sqrt(variance);
};

/** Quantile of the samples, between two of them linearly. */
export const quantileOfSamples: WindowKernel = ({ first, end, column }, quantile) =>
  end === first ? undefined : quantileOf(quantile, column.values.subarray(first, end));

/** Merges pairs of mean and squared distances (Chan, Golub, LeVeque 1983). */
function varianceOfCells(
  {
    counts,
    sums,
    squares: distances,
  }: { readonly counts: Float64Array; readonly sums: Float64Array; readonly squares: Float64Array },
  first: number,
  end: number,
): number {
  let count = 0;
  let average = 0;
  let total = 0;
  for (let index = first; index < end; index++) {
    const more = counts[index] ?? 0;
    if (more === 0) continue;
    const distance = (sums[index] ?? NaN) / more - average;
    total += (distances[index] ?? NaN) + (distance * distance * count * more) / (count + more);
    count += more;
    average += (distance * more) / count;
  }
  return total / count;
}
