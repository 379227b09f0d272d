import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';
import { BucketFinder } from '../primitives/bucket-finder.ts';

/** What a {@link CustomHistogram} holds. */
export interface HistogramData {
  /** Each bucket by its inclusive upper bound, `Infinity` last, with the observations in it (not cumulative). */
  readonly buckets: readonly { readonly upperBound: number; readonly count: number }[];
  /** Sum of all observed values. */
  readonly sum: number;
  /** Number of observations. */
  readonly count: number;
  /** Smallest observed value, `null` without observations. */
  readonly min: number | null;
  /** Largest observed value, `null` without observations. */
  readonly max: number | null;
}

/** A histogram of its own, outside any collector. */
export class CustomHistogram {
  readonly #bounds: readonly number[];
  readonly #counts: Float64Array;
  readonly #finder: BucketFinder;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /**
   * @param buckets - Inclusive upper bounds, finite, strictly ascending, at least one. Copied.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`.
   */
  constructor(buckets: readonly number[]) {
    const isAscending = buckets.every(
      (bound, at) => Number.isFinite(bound) && (at === 0 || bound > (buckets[at - 1] ?? -Infinity)),
    );
    if (buckets.length === 0 || !isAscending) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `The buckets are [${buckets.join(', ')}]; list finite upper bounds in strictly ascending order.`,
      );
    }
    this.#bounds = [...buckets];
    this.#counts = new Float64Array(buckets.length + 1);
    this.#finder = new BucketFinder(buckets);
  }

  /**
   * Counts a value.
   *
   * @param value - Finite.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`.
   */
  observe(value: number): void {
    if (!Number.isFinite(value)) {
      throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `Cannot observe ${value}; observe finite numbers.`);
    }
    const bucket = this.#finder.find(value);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /**
   * Estimates a percentile by linear interpolation in the bucket that holds it. The result lies in that bucket and between
   * the smallest and the largest observed value, so the error is at most the width of the bucket.
   *
   * @param p - A quantile from 0 to 1, or a percentage above 1 and up to 100.
   * @returns NaN without observations.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`.
   */
  getPercentile(p: number): number {
    if (!(p >= 0 && p <= 100)) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `Percentile ${p} is out of range; use a quantile from 0 to 1 or a percentage up to 100.`,
      );
    }
    const count = this.#count();
    if (count === 0) return NaN;
    const rank = (p > 1 ? p / 100 : p) * count;
    let below = 0;
    for (let bucket = 0; bucket < this.#counts.length; bucket++) {
      const inBucket = this.#counts[bucket] ?? 0;
      if (inBucket > 0 && below + inBucket >= rank) return this.#interpolate(bucket, (rank - below) / inBucket);
      below += inBucket;
    }
    return this.#max;
  }

  /** A copy of what was counted. */
  export(): HistogramData {
    const count = this.#count();
    return {
      buckets: [...this.#bounds, Infinity].map((upperBound, at) => ({ upperBound, count: this.#counts[at] ?? 0 })),
      sum: this.#sum,
      count,
      min: count === 0 ? null : this.#min,
      max: count === 0 ? null : this.#max,
    };
  }

  #count(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  #interpolate(bucket: number, share: number): number {
    const lower = Math.max(this.#bounds[bucket - 1] ?? -Infinity, this.#min);
    const upper = Math.min(this.#bounds[bucket] ?? Infinity, this.#max);
    // Rounding may end above the upper bound.
    return Math.min(upper, lower + (upper - lower) * share);
  }
}
