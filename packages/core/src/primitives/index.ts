/**
 * `@bduf/metrics-core/primitives`: pure pieces that several packages need. No registry, no I/O.
 */

export { ManualClock } from './manual-clock.ts';
export { earlierRows, type FindEarlierRow, type RowPlace } from './earlier-rows.ts';
export { FamilySeries, seriesOf } from './family-series.ts';
export { systemClock } from './system-clock.ts';
export { bucketQuantile } from './bucket-quantile.ts';
export type { BucketMemory, BucketPlace, BucketPlaces } from './bucket-memory.ts';
export { BucketRange } from './bucket-range.ts';
export {
  type BucketCounts,
  type BucketOverflow,
  type BucketVisits,
  ExponentialBuckets,
  type ExponentialBucketsOptions,
} from './exponential-buckets.ts';
export { negotiateMediaType } from './http-accept.ts';
export { negotiateEncoding } from './http-accept-encoding.ts';
export { readJsonBody } from './http-json-body.ts';
export { isForwardedRequest, isLocalRequest, isOwnPageRequest } from './http-request-origin.ts';
export { requestUrl } from './http-request-url.ts';
export { type BearerCheck, createBearerCheck } from './bearer-check.ts';
export {
  type ToolExecutionOutcome,
  ToolErrorType,
  ToolOutcome,
  errorTypeOf,
  outcomeOfToolError,
  outcomeOfToolResult,
} from './tool-execution-outcome.ts';
export {
  type ToolExecutionMark,
  areToolExecutionMarksEnabled,
  enableToolExecutionMarks,
  isToolExecutionMarked,
  runWithToolExecutionMark,
} from './tool-execution-mark.ts';
export { RetryBackoff, type RetryBackoffOptions } from './retry-backoff.ts';
export { withinDeadline } from './within-deadline.ts';
export { parseRetryAfter } from './retry-after.ts';
export { type RecordLogContent, readRecordLog, recordLogLine } from './record-log.ts';

// Questions about the past: building, printing and answering them.
export { type EvaluateOptions, evaluateQueries } from './evaluation/evaluate-queries.ts';
export { RecentSamples, type RecentSamplesOptions, type RecentSamplesStatus } from './samples/recent-samples.ts';
export { type LabelsTest, compileMatchers } from './matching/compile-matchers.ts';
export { type Duration, durationMs, durationText } from './query/duration.ts';
export { type Grouping, MetricQuery, Query, SeriesQuery, query } from './query/query.ts';
export { type PromQlOptions, toPromQl } from './query/to-prom-ql.ts';
export type { LabelCondition, LabelConditions } from './query/where-matchers.ts';

// How values develop.
export {
  type Trend,
  type TrendDirection,
  analyseTrend,
  breachTimeOfTrend,
  forecastTrend,
} from './trends/trend-analysis.ts';
