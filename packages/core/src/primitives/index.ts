/**
 * `@bduf/metrics-core/primitives`: pure pieces that several packages need. No registry, no I/O.
 */

export { ManualClock } from './manual-clock.ts';
export { systemClock } from './system-clock.ts';
export {
  type BucketOverflow,
  BucketRange,
  ExponentialBuckets,
  type ExponentialBucketsOptions,
} from './exponential-buckets.ts';
export { negotiateMediaType } from './http-accept.ts';
export { negotiateEncoding } from './http-accept-encoding.ts';
export { type BearerCheck, createBearerCheck } from './bearer-check.ts';
