import { HistoryGap, WindowFunction } from '@bduf/metrics-core/interfaces';
import type { AggregateByTimeOptions, AggregatedMetric } from './aggregated-metric.ts';
import { askCoverage } from './bucket-questions.ts';
import { type BucketNumbers, bucketWindow, NOTHING, NOTHING_COUNTED } from './bucket-numbers.ts';
import type { MetricHistory } from './metric-history.ts';
import { observationBuckets } from './observation-buckets.ts';
import { sampleBuckets } from './sample-buckets.ts';
import type { TimeBucket } from './time-buckets.ts';

/** What is aggregated. */
export interface TimeSubject {
  /** Name of the metric. */
  readonly metric: string;
  /** All buckets of the range. */
  readonly buckets: readonly TimeBucket[];
  /** How. */
  readonly options: AggregateByTimeOptions;
}

/** How much of a bucket is known. */
interface BucketCoverage {
  /** Whether something is known that tells the bucket from its neighbours. */
  readonly isResolved: boolean;
  readonly coverage: number;
  readonly reason?: HistoryGap;
}

/** Aggregates a metric over buckets, group by group. */
export function aggregateBuckets(history: MetricHistory, subject: TimeSubject): AggregatedMetric[] {
  const { metric, buckets, options } = subject;
  const { nowMs } = history;
  // What has not happened yet is not asked for, and buckets that lie in the future altogether are empty.
  const asked = buckets
    .filter(({ fromMs }) => fromMs <= nowMs)
    .map(({ startMs, endMs, fromMs, toMs }) => ({ startMs, endMs, fromMs, toMs: Math.min(toMs, nowMs + 1) }));
  const coverages = coveragesOf(history, { metric, buckets: asked, options });
  const type = history.typeOf(metric);
  const isDistribution = type === 'histogram' || type === 'summary';
  const isCounter = type === 'counter';
  const groups = isDistribution
    ? observationBuckets(history, { metric, buckets: asked, options })
    : sampleBuckets(history, { metric, buckets: asked, options }, isCounter);
  const nothing = isDistribution || isCounter ? NOTHING_COUNTED : NOTHING;
  const shown = groups.length === 0 && options.groupBy === undefined ? [{ labels: {}, buckets: [] }] : groups;
  const found: AggregatedMetric[] = [];
  for (const { labels, buckets: numbers } of shown) {
    for (const [at, bucket] of buckets.entries()) {
      const { isResolved, coverage, reason } = coverages[at] ?? FUTURE;
      const { count, ...others }: BucketNumbers = (isResolved ? numbers[at] : undefined) ?? nothing;
      if (count === 0 && options.fill === 'none') continue;
      found.push({
        start: new Date(bucket.startMs),
        end: new Date(bucket.endMs),
        labels,
        isPartial: bucket.fromMs > bucket.startMs || bucket.toMs < bucket.endMs || bucket.endMs > nowMs + 1,
        count,
        ...others,
        coverage,
        ...(reason !== undefined && { reason }),
      });
    }
  }
  return found;
}

/** Asked before everything else: with a first question, tracking begins, and the second one would find it begun. */
function coveragesOf(history: MetricHistory, { metric, buckets, options }: TimeSubject): readonly BucketCoverage[] {
  const question = bucketWindow(WindowFunction.COUNT, metric, options.matchers);
  const whole = { fromMs: buckets[0]?.fromMs ?? 0, toMs: buckets.at(-1)?.toMs ?? 0 };
  const [all] = buckets.length === 0 ? [] : askCoverage(history, [whole], question);
  if (all?.reason !== undefined && UNKNOWN.has(all.reason)) {
    const { reason } = all;
    return buckets.map(() => ({ isResolved: false, coverage: 0, reason }));
  }
  const answers = all?.coverage === 1 ? [] : askCoverage(history, buckets, question);
  return buckets.map((bucket, at): BucketCoverage => {
    if (!isResolvable(history, metric, bucket)) return UNRESOLVED;
    const { coverage = 0, reason } = answers[at] ?? all ?? {};
    return coverage < 1 && reason !== undefined
      ? { isResolved: true, coverage, reason }
      : { isResolved: true, coverage };
  });
}

const FUTURE: BucketCoverage = { isResolved: false, coverage: 0 };
const UNRESOLVED: BucketCoverage = { isResolved: false, coverage: 0, reason: HistoryGap.BEFORE_RETENTION };
/** Reasons that hold for all buckets. */
const UNKNOWN: ReadonlySet<HistoryGap> = new Set([HistoryGap.NOT_TRACKED, HistoryGap.UNKNOWN_METRIC]);

/** Samples as they are tell every bucket from its neighbours; downsampled ones only those that consist of whole cells. */
function isResolvable(history: MetricHistory, metric: string, { startMs, endMs, fromMs }: TimeBucket): boolean {
  const stepMs = history.describing?.resolutionMs(metric, fromMs - 1);
  if (stepMs === undefined || stepMs <= (history.describing?.resolutionMs(metric, Infinity) ?? stepMs)) return true;
  return startMs % stepMs === 0 && endMs % stepMs === 0;
}
