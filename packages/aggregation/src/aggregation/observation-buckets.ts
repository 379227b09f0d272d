import { type QueryExpression, WindowFunction } from '@bduf/metrics-core/interfaces';
import { askBuckets, type WindowQuestion } from './bucket-questions.ts';
import {
  type BucketNumbers,
  type BucketSubject,
  bucketWindow,
  type GroupNumbers,
  NOTHING,
  valuesByLabels,
} from './bucket-numbers.ts';
import { pickLabels } from './label-groups.ts';
import type { MetricHistory } from './metric-history.ts';
import { quantilesOf } from './percentile-unit.ts';
import { known } from './series-operators.ts';

/** Statistics of observations: the histograms of a group are added up. */
export function observationBuckets(
  history: MetricHistory,
  { metric, buckets, options }: BucketSubject,
): GroupNumbers[] {
  const { matchers, groupBy = [], percentiles = [] } = options;
  const added = (fn: WindowFunction): WindowQuestion => {
    const window = bucketWindow(fn, metric, matchers);
    return (windowMs) => ({ kind: 'aggregate', op: 'sum', of: window(windowMs), by: groupBy });
  };
  const number =
    (fn: 'count' | 'sum' | 'quantile', of: WindowQuestion, parameter?: number): WindowQuestion =>
    (windowMs): QueryExpression => ({
      kind: 'histogram',
      fn,
      of: of(windowMs),
      ...(parameter !== undefined && { parameter }),
    });
  const increase = added(WindowFunction.INCREASE);
  const quantiles = quantilesOf(percentiles);
  const answers = askBuckets<string>(history, buckets, {
    count: number('count', increase),
    sum: number('sum', increase),
    rate: number('count', added(WindowFunction.RATE)),
    ...Object.fromEntries(
      quantiles.map((quantile, at) => [`quantile ${at}`, number('quantile', increase, quantile)] as const),
    ),
  });
  const valueIn = valuesByLabels(answers);
  const numbersOf = (labels: Readonly<Record<string, string>>, bucket: number): BucketNumbers => {
    const read = (name: string): number | null => known(valueIn(name, labels, bucket));
    const [count, sum] = [read('count'), read('sum')];
    return {
      ...NOTHING,
      count: count ?? 0,
      sum: count === null ? null : sum,
      avg: count === null || count === 0 || sum === null ? null : sum / count,
      rate: read('rate'),
      increase: count,
      ...(percentiles.length > 0 && {
        percentiles: Object.fromEntries(percentiles.map((each, place) => [each, read(`quantile ${place}`)])),
      }),
    };
  };
  return (answers['count']?.series ?? []).map(({ labels }) => ({
    labels: pickLabels(labels, groupBy),
    buckets: buckets.map((_, bucket) => numbersOf(labels, bucket)),
  }));
}
