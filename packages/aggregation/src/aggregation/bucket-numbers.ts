import type { LabelMatcher, WindowFunction } from '@bduf/metrics-core/interfaces';
import type { AggregateByTimeOptions, AggregatedMetric } from './aggregated-metric.ts';
import type { BucketAnswers, WindowQuestion } from './bucket-questions.ts';
import { labelsKey } from './label-groups.ts';
import type { TimeBucket } from './time-buckets.ts';

/** What is aggregated. */
export interface BucketSubject {
  /** Name of the metric. */
  readonly metric: string;
  /** Buckets that have begun, up to now. */
  readonly buckets: readonly TimeBucket[];
  /** How. */
  readonly options: AggregateByTimeOptions;
}

/** Numbers of a bucket without those of time. */
export type BucketNumbers = Omit<AggregatedMetric, 'start' | 'end' | 'isPartial' | 'labels' | 'coverage' | 'reason'>;

/** The numbers of each group, bucket by bucket. */
export interface GroupNumbers {
  /** Labels of the group. */
  readonly labels: Readonly<Record<string, string>>;
  /** One for each bucket. */
  readonly buckets: readonly BucketNumbers[];
}

/** A bucket of which nothing is known. */
export const NOTHING: BucketNumbers = {
  count: 0,
  sum: null,
  avg: null,
  min: null,
  max: null,
  last: null,
  stddev: null,
};

/** A bucket of which nothing is known, of a metric that counts. */
export const NOTHING_COUNTED: BucketNumbers = { ...NOTHING, rate: null, increase: null };

/** A function of the samples of a metric in a bucket. */
export function bucketWindow(
  fn: WindowFunction,
  metric: string,
  matchers: readonly LabelMatcher[] | undefined,
): WindowQuestion {
  const selector = { metric, ...(matchers !== undefined && { matchers }) };
  return (windowMs) => ({ kind: 'window', fn, selector, windowMs });
}

/** Finds the value of a series in a bucket. */
export function valuesByLabels<Name extends string>(
  answers: Readonly<Record<Name, BucketAnswers>>,
): (name: Name, labels: Readonly<Record<string, string>>, bucket: number) => number | undefined {
  const maps = new Map<string, Map<string, (number | undefined)[]>>();
  for (const [name, { series }] of Object.entries<BucketAnswers>(answers)) {
    maps.set(name, new Map(series.map(({ labels, values }) => [labelsKey(labels), values] as const)));
  }
  return (name, labels, bucket) => maps.get(name)?.get(labelsKey(labels))?.[bucket];
}
