import type { SeriesOperator } from './aggregated-metric.ts';

const OPERATORS: Readonly<Record<SeriesOperator, (values: readonly number[]) => number>> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
};

/** The values of several series as one; `null` without any. */
export function combineSeries(operator: SeriesOperator, values: readonly number[]): number | null {
  return values.length === 0 ? null : known(OPERATORS[operator](values));
}

/** A number, or `null` when it is none. */
export function known(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
