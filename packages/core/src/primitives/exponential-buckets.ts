import { type BucketMapping, mappingOf } from './bucket-mapping.ts';
import type { BucketMemory } from './bucket-memory.ts';
import { BucketRange } from './bucket-range.ts';
import { scaledIndex } from './scaled-index.ts';

/** What happens when values span more buckets than allowed. */
export type BucketOverflow =
  /** Halve the resolution until they fit (native histograms): all quantiles get coarser. */
  | 'downscale'
  /** Merge the buckets nearest to zero (summaries): high quantiles keep their error bound. */
  | 'collapse';

/** Options of {@link ExponentialBuckets}. */
export interface ExponentialBucketsOptions {
  /** Resolution: a bucket grows by `2^(2^-schema)`. Integer from -4 to 8. */
  readonly schema: number;
  /** Most buckets on each side of zero. */
  readonly maxBuckets: number;
  /** What to do beyond it. */
  readonly overflow: BucketOverflow;
  /** Absolute values up to this count as zero. */
  readonly zeroThreshold: number;
}

/** What {@link ExponentialBuckets} can take over: counts in base-2 exponential buckets, kept in whatever way. */
export interface BucketCounts {
  /** Resolution. */
  readonly schema: number;
  /** Observations that count as zero. */
  readonly zeroCount: number;
  /** Buckets of positive values. */
  readonly positive: BucketVisits;
  /** Buckets of negative values, by absolute value. */
  readonly negative: BucketVisits;
}

/** The buckets on one side of zero. */
export interface BucketVisits {
  /** Calls back for each bucket that is not empty, ascending. */
  forEach(visit: (index: number, count: number) => void): void;
}

/** Lowest schema that native histograms define; there all finite doubles fit into 132 buckets. */
const COARSEST_SCHEMA = -4;

/**
 * Counts of values in base-2 exponential buckets: bucket `i` holds `(2^((i-1)/2^schema), 2^(i/2^schema)]`, the layout of
 * Prometheus native histograms and of OpenTelemetry's exponential histograms (whose index is `i - 1`). Sketches of any
 * origin merge by addition.
 *
 * A quantile read from it is within `(g - 1) / (g + 1)` of an observed value, with `g = 2^(2^-schema)`: 1.09 % at schema 5.
 * Method of DDSketch (Masson, Rim, Lee, VLDB 2019) with OpenTelemetry's bucket bounds; the index is taken from the bits of the
 * double, 7–11 ns a value.
 */
export class ExponentialBuckets implements BucketCounts {
  /** Buckets of positive values. Read it; counting goes through `add`. */
  readonly positive: BucketRange;
  /** Buckets of negative values, by absolute value. */
  readonly negative: BucketRange;
  /** Absolute values up to this count as zero. */
  readonly zeroThreshold: number;
  readonly #overflow: BucketOverflow;
  readonly #maxBuckets: number;
  readonly #firstSchema: number;
  #schema: number;
  #mapping: BucketMapping;
  #zeroCount = 0;
  #memory: BucketMemory | undefined;
  /** Holds the zero count instead when the counts are kept elsewhere. */
  #zeros: Float64Array | undefined;

  constructor(options: ExponentialBucketsOptions) {
    this.#overflow = options.overflow;
    this.#maxBuckets = options.maxBuckets;
    this.#firstSchema = options.schema;
    this.#schema = options.schema;
    this.#mapping = mappingOf(options.schema);
    this.zeroThreshold = options.zeroThreshold;
    this.positive = new BucketRange();
    this.negative = new BucketRange();
  }

  /** Observations within the zero threshold. */
  get zeroCount(): number {
    return this.#zeros?.[0] ?? this.#zeroCount;
  }

  /** Current resolution; falls when values had to be fitted in. */
  get schema(): number {
    return this.#schema;
  }

  /** Bound of the relative error of a quantile at the current resolution. */
  get relativeError(): number {
    const growth = 2 ** (2 ** -this.#schema);
    return (growth - 1) / (growth + 1);
  }

  /** Number of observations. O(buckets). */
  get count(): number {
    return this.zeroCount + this.positive.total() + this.negative.total();
  }

  /**
   * Counts a value.
   *
   * @param value - Finite.
   * @param times - How often it was observed; at least 0.
   */
  add(value: number, times = 1): void {
    if (value > this.zeroThreshold) this.#count(this.positive, this.#mapping.indexOf(value), times);
    else if (value < -this.zeroThreshold) this.#count(this.negative, this.#mapping.indexOf(-value), times);
    else this.#addZeros(times);
  }

  /** Adds all observations of another sketch, which stays as it is. The coarser resolution of the two is kept. */
  merge(other: BucketCounts): void {
    const { schema } = other;
    if (schema < this.#schema) this.#downscale(this.#schema - schema);
    this.#addZeros(other.zeroCount);
    // A sketch may have to give up resolution in the middle, so the distance is taken anew for each bucket.
    other.positive.forEach((index, count) => {
      this.#count(this.positive, scaledIndex(index, schema - this.#schema), count);
    });
    other.negative.forEach((index, count) => {
      this.#count(this.negative, scaledIndex(index, schema - this.#schema), count);
    });
  }

  /**
   * The value at a quantile, or NaN without observations. Rank is `floor(q · (count - 1))`, as in DDSketch.
   *
   * @param quantile - From 0 to 1.
   */
  quantile(quantile: number): number {
    const count = this.count;
    if (count === 0) return NaN;
    const rank = Math.floor(quantile * (count - 1));
    let seen = 0;
    for (let at = this.negative.end - 1; at >= this.negative.start; at--) {
      seen += this.negative.at(at);
      if (seen > rank) return -this.#middle(at);
    }
    seen += this.zeroCount;
    if (seen > rank) return 0;
    for (let at = this.positive.start; at < this.positive.end; at++) {
      seen += this.positive.at(at);
      if (seen > rank) return this.#middle(at);
    }
    return this.#middle(this.positive.end - 1);
  }

  /** Forgets all observations and returns to the first resolution. Memory is kept. */
  clear(): void {
    this.#addZeros(-this.zeroCount);
    this.positive.clear();
    this.negative.clear();
    if (this.#schema === this.#firstSchema) return;
    this.#schema = this.#firstSchema;
    this.#mapping = mappingOf(this.#schema);
    this.#announce();
  }

  /** Moves the counts to memory of somebody else, where they stay. */
  keepIn(memory: BucketMemory): void {
    const zeros = memory.allocate(1);
    zeros[0] = this.zeroCount;
    this.#zeros = zeros;
    this.#memory = memory;
    this.positive.keepIn(memory);
    this.negative.keepIn(memory);
    this.#announce();
  }

  /** Bytes held by the counts. */
  get byteLength(): number {
    return this.positive.byteLength + this.negative.byteLength;
  }

  #count(side: BucketRange, index: number, times: number): void {
    if (side.tryAdd(index, times)) return;
    this.#fit(side, index, times);
  }

  #fit(side: BucketRange, index: number, times: number): void {
    if (side.spanWith(index) <= this.#maxBuckets) {
      side.extendTo(index, this.#maxBuckets);
      this.#announce();
      side.tryAdd(index, times);
    } else if (this.#overflow === 'downscale' && this.#schema > COARSEST_SCHEMA) {
      this.#downscale(1);
      this.#count(side, scaledIndex(index, 1), times);
    } else {
      side.collapseTo(index, this.#maxBuckets);
      this.#announce();
      side.tryAdd(Math.max(index, side.start), times);
    }
  }

  #downscale(steps: number): void {
    this.positive.downscale(steps);
    this.negative.downscale(steps);
    this.#schema -= steps;
    this.#mapping = mappingOf(this.#schema);
    this.#announce();
  }

  #addZeros(times: number): void {
    if (this.#zeros === undefined) this.#zeroCount += times;
    else this.#zeros[0] = (this.#zeros[0] ?? 0) + times;
  }

  #announce(): void {
    if (this.#memory === undefined || this.#zeros === undefined) return;
    const { place: positive } = this.positive;
    const { place: negative } = this.negative;
    this.#memory.moved({ schema: this.#schema, zeros: this.#zeros, positive, negative });
  }

  /** The value of a bucket whose relative distance to both bounds is equal. */
  #middle(index: number): number {
    const upper = 2 ** (index * 2 ** -this.#schema);
    const growth = 2 ** (2 ** -this.#schema);
    return (2 * upper) / (1 + growth);
  }
}
