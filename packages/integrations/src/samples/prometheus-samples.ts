import type { MetricFamily } from '@bduf/metrics-core/interfaces';

/** One number of a series as Prometheus names it. */
export interface PrometheusSample {
  /** Appended to the name of the family. */
  readonly suffix: '' | '_bucket' | '_sum' | '_count';
  /** A label beside those of the series: the bound of a bucket or a quantile. */
  readonly extra?: readonly [name: 'le' | 'quantile', value: string];
  /** Computes the number from those of a row; see `MetricFamily`. */
  readonly valueOf: (numbers: Float64Array) => number;
}

const at =
  (column: number) =>
  (numbers: Float64Array): number =>
    numbers[column] ?? NaN;

/** Sum of the first columns: buckets are cumulative in Prometheus. */
const upTo =
  (column: number) =>
  (numbers: Float64Array): number =>
    numbers.subarray(0, column + 1).reduce((sum, count) => sum + count, 0);

/** The samples that a row of a family consists of. */
export function prometheusSamples({ type, upperBounds, quantiles, width }: MetricFamily): readonly PrometheusSample[] {
  if (type === 'histogram') {
    const bounds = [...upperBounds.map(String), '+Inf'];
    return [
      ...bounds.map((le, index): PrometheusSample => ({ suffix: '_bucket', extra: ['le', le], valueOf: upTo(index) })),
      { suffix: '_sum', valueOf: at(width - 1) },
      { suffix: '_count', valueOf: upTo(width - 2) },
    ];
  }
  if (type === 'summary') {
    return [
      ...quantiles.map((quantile, index): PrometheusSample => {
        return { suffix: '', extra: ['quantile', String(quantile)], valueOf: at(index) };
      }),
      { suffix: '_sum', valueOf: at(width - 2) },
      { suffix: '_count', valueOf: at(width - 1) },
    ];
  }
  return [{ suffix: '', valueOf: at(0) }];
}
