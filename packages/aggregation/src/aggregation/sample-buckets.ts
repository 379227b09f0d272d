import { WindowFunction } from '@bduf/metrics-core/interfaces';
import { askBuckets, type WindowQuestion } from './bucket-questions.ts';
import {
  type BucketNumbers,
  type BucketSubject,
  bucketWindow,
  type GroupNumbers,
  NOTHING,
  NOTHING_COUNTED,
  valuesByLabels,
} from './bucket-numbers.ts';
import { groupByLabels } from './label-groups.ts';
import type { MetricHistory } from './metric-history.ts';
import { poolSamples } from './pooled-samples.ts';
import { combineSeries, known } from './series-operators.ts';

/** Statistics of samples, all series of a group together. */
export function sampleBuckets(history: MetricHistory, subject: BucketSubject, isCounter: boolean): GroupNumbers[] {
  const { metric, buckets, options } = subject;
  const { matchers, groupBy = [], fn = isCounter ? 'sum' : 'avg' } = options;
  const of = (window: WindowFunction): WindowQuestion => bucketWindow(window, metric, matchers);
  const answers = askBuckets<string>(history, buckets, {
    count: of(WindowFunction.COUNT),
    sum: of(WindowFunction.SUM),
    min: of(WindowFunction.MIN),
    max: of(WindowFunction.MAX),
    last: of(WindowFunction.LAST),
    variance: of(WindowFunction.STDVAR),
    ...(isCounter && { increase: of(WindowFunction.INCREASE), rate: of(WindowFunction.RATE) }),
  });
  const valueIn = valuesByLabels(answers);
  const groups = groupByLabels(answers['count']?.series ?? [], groupBy, ({ labels }) => labels);
  const numbersOf = (members: readonly Member[], bucket: number): BucketNumbers => {
    const present = members.filter(({ values }) => (values[bucket] ?? 0) > 0);
    if (present.length === 0) return isCounter ? NOTHING_COUNTED : NOTHING;
    const number = (name: string, { labels }: Member): number => valueIn(name, labels, bucket) ?? NaN;
    const pooled = poolSamples(
      present.map((member) => ({
        count: number('count', member),
        sum: number('sum', member),
        min: number('min', member),
        max: number('max', member),
        last: number('last', member),
        variance: number('variance', member),
      })),
    );
    const added = (name: string): number | null =>
      combineSeries(
        'sum',
        members.flatMap(({ labels }) => valueIn(name, labels, bucket) ?? []),
      );
    return {
      count: pooled.count,
      sum: known(pooled.sum),
      avg: known(pooled.sum / pooled.count),
      min: known(pooled.min),
      max: known(pooled.max),
      last: combineSeries(fn, pooled.lasts),
      stddev: known(Math.sqrt(pooled.variance)),
      ...(isCounter && { rate: added('rate'), increase: added('increase') }),
    };
  };
  return Array.from(groups.values(), ({ labels, members }) => ({
    labels,
    buckets: buckets.map((_, bucket) => numbersOf(members, bucket)),
  }));
}

/** One series, and the number of its samples in each bucket. */
interface Member {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (number | undefined)[];
}
