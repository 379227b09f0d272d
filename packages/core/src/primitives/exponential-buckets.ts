import { DOUBLE, HIGH, LOW, WORDS } from './double-bits.ts';

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
export class ExponentialBuckets {
  /** Buckets of positive values. Read it; counting goes through `add`. */
  readonly positive: BucketRange;
  /** Buckets of negative values, by absolute value. */
  readonly negative: BucketRange;
  /** Observations within the zero threshold. */
  zeroCount = 0;
  /** Absolute values up to this count as zero. */
  readonly zeroThreshold: number;
  readonly #overflow: BucketOverflow;
  readonly #maxBuckets: number;
  readonly #firstSchema: number;
  #schema: number;
  #mapping: BucketMapping;

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
    else this.zeroCount += times;
  }

  /** Adds all observations of another sketch, which stays as it is. The coarser resolution of the two is kept. */
  merge(other: ExponentialBuckets): void {
    if (other.#schema < this.#schema) this.#downscale(this.#schema - other.#schema);
    const shift = other.#schema - this.#schema;
    this.zeroCount += other.zeroCount;
    // A sketch may have to give up resolution in the middle, so the shift is taken anew for each bucket.
    other.positive.forEach((index, count) => {
      this.#count(this.positive, scaledIndex(index, Math.max(shift, other.#schema - this.#schema)), count);
    });
    other.negative.forEach((index, count) => {
      this.#count(this.negative, scaledIndex(index, Math.max(shift, other.#schema - this.#schema)), count);
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
    this.zeroCount = 0;
    this.positive.clear();
    this.negative.clear();
    this.#schema = this.#firstSchema;
    this.#mapping = mappingOf(this.#schema);
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
      side.tryAdd(index, times);
    } else if (this.#overflow === 'downscale' && this.#schema > COARSEST_SCHEMA) {
      this.#downscale(1);
      this.#count(side, scaledIndex(index, 1), times);
    } else {
      side.collapseTo(index, this.#maxBuckets);
      side.tryAdd(Math.max(index, side.start), times);
    }
  }

  #downscale(steps: number): void {
    this.positive.downscale(steps);
    this.negative.downscale(steps);
    this.#schema -= steps;
    this.#mapping = mappingOf(this.#schema);
  }

  /** The value of a bucket whose relative distance to both bounds is equal. */
  #middle(index: number): number {
    const upper = 2 ** (index * 2 ** -this.#schema);
    const growth = 2 ** (2 ** -this.#schema);
    return (2 * upper) / (1 + growth);
  }
}

/** Counts of consecutive buckets. `start` and `end` bound the buckets that may hold something. */
export class BucketRange {
  #counts: Float64Array = new Float64Array(0);
  /** Bucket index of `#counts[0]`. */
  #base = 0;
  #low = 0;
  #high = 0;

  /** First bucket in use. */
  get start(): number {
    return this.#low;
  }

  /** One after the last bucket in use. */
  get end(): number {
    return this.#high;
  }

  /** Bytes held by the counts. */
  get byteLength(): number {
    return this.#counts.byteLength;
  }

  /** Observations in a bucket. */
  at(index: number): number {
    return this.#counts[index - this.#base] ?? 0;
  }

  /** Observations in all buckets. O(buckets). */
  total(): number {
    let total = 0;
    for (const count of this.#counts) total += count;
    return total;
  }

  /** Calls back for each bucket that is not empty, ascending. */
  forEach(visit: (index: number, count: number) => void): void {
    for (let index = this.#low; index < this.#high; index++) {
      const count = this.at(index);
      if (count !== 0) visit(index, count);
    }
  }

  /** Empties all buckets. Memory is kept. */
  clear(): void {
    this.#counts.fill(0);
    this.#low = 0;
    this.#high = 0;
  }

  /** Adds to a bucket within the range in use; tells whether it is. */
  tryAdd(index: number, times: number): boolean {
    if (index < this.#low || index >= this.#high) return false;
    const at = index - this.#base;
    this.#counts[at] = (this.#counts[at] ?? 0) + times;
    return true;
  }

  /** Buckets in use if this one were too. */
  spanWith(index: number): number {
    if (this.#low === this.#high) return 1;
    return Math.max(this.#high, index + 1) - Math.min(this.#low, index);
  }

  /** Takes a bucket into the range in use. */
  extendTo(index: number, maxBuckets: number): void {
    const isEmpty = this.#low === this.#high;
    const low = isEmpty ? index : Math.min(this.#low, index);
    const high = isEmpty ? index + 1 : Math.max(this.#high, index + 1);
    if (low < this.#base || high > this.#base + this.#counts.length) this.#reallocate(low, high, maxBuckets);
    this.#low = low;
    this.#high = high;
  }

  /** Makes room for a bucket by merging the lowest ones into the lowest that is kept. */
  collapseTo(index: number, maxBuckets: number): void {
    const high = Math.max(this.#high, index + 1);
    const low = high - maxBuckets;
    let merged = 0;
    for (let at = this.#low; at < Math.min(low, this.#high); at++) {
      merged += this.at(at);
      this.#counts[at - this.#base] = 0;
    }
    this.#low = Math.min(Math.max(this.#low, low), this.#high);
    if (low < this.#base || high > this.#base + this.#counts.length) this.#reallocate(low, high, maxBuckets);
    this.#low = low;
    this.#high = high;
    if (merged > 0) this.tryAdd(low, merged);
  }

  /** Halves the resolution a number of times. */
  downscale(steps: number): void {
    if (this.#low === this.#high) return;
    const scaled = new BucketRange();
    const low = scaledIndex(this.#low, steps);
    const high = scaledIndex(this.#high - 1, steps) + 1;
    scaled.#reallocate(low, high, high - low);
    scaled.#low = low;
    scaled.#high = high;
    this.forEach((index, count) => scaled.tryAdd(scaledIndex(index, steps), count));
    this.#counts = scaled.#counts;
    this.#base = scaled.#base;
    this.#low = low;
    this.#high = high;
  }

  /** Moves the counts to an array that covers a range, with room to grow on both sides. */
  #reallocate(low: number, high: number, maxBuckets: number): void {
    const span = high - low;
    const capacity = Math.max(span, Math.min(maxBuckets, Math.max(16, span * 2)));
    const base = low - Math.floor((capacity - span) / 2);
    const counts = new Float64Array(capacity);
    for (let index = this.#low; index < this.#high; index++) counts[index - base] = this.at(index);
    this.#counts = counts;
    this.#base = base;
  }
}

/** Index of the bucket that takes over a bucket when resolution is halved `steps` times. */
function scaledIndex(index: number, steps: number): number {
  // Ceiling division, since the upper bound is inclusive: buckets 2i-1 and 2i merge into i.
  return steps === 0 ? index : -(-index >> steps);
}

/** Maps a positive double to its bucket at one schema. */
class BucketMapping {
  readonly #schema: number;
  /** Upper bounds of the sub-buckets of [1, 2), as mantissa words. */
  readonly #highWords: Uint32Array;
  readonly #lowWords: Uint32Array;
  /** For each linear cell of the mantissa the first sub-bucket that reaches into it. */
  readonly #firstOfCell: Uint16Array;
  readonly #cellShift: number;

  constructor(schema: number) {
    this.#schema = schema;
    const perOctave = schema > 0 ? 2 ** schema : 1;
    const bounds = Array.from({ length: perOctave + 1 }, (_, at) => 2 ** (at / perOctave));
    this.#highWords = new Uint32Array(perOctave + 1);
    this.#lowWords = new Uint32Array(perOctave + 1);
    bounds.forEach((bound, at) => {
      DOUBLE[0] = bound;
      this.#highWords[at] = at === perOctave ? 0x100000 : (WORDS[HIGH] ?? 0) & 0xfffff;
      this.#lowWords[at] = WORDS[LOW] ?? 0;
    });
    // Twice as many linear cells as sub-buckets: then no cell contains more than one bound.
    const cellBits = Math.max(schema, 0) + 1;
    this.#cellShift = 20 - cellBits;
    this.#firstOfCell = new Uint16Array(2 ** cellBits);
    for (let cell = 0; cell < this.#firstOfCell.length; cell++) {
      const lower = 1 + cell / this.#firstOfCell.length;
      this.#firstOfCell[cell] = bounds.findIndex((bound) => bound >= lower);
    }
  }

  indexOf(value: number): number {
    DOUBLE[0] = value;
    const high = WORDS[HIGH] ?? 0;
    const exponentBits = high >>> 20;
    if (exponentBits === 0) return this.#indexOfSubnormal(value);
    const mantissa = high & 0xfffff;
    const exponent = exponentBits - 1023;
    if (this.#schema <= 0) {
      // Whole octaves: 2^e itself belongs to the octave that ends there.
      const octave = mantissa === 0 && WORDS[LOW] === 0 ? exponent : exponent + 1;
      return scaledIndex(octave, -this.#schema);
    }
    let sub = this.#firstOfCell[mantissa >>> this.#cellShift] ?? 0;
    const bound = this.#highWords[sub] ?? 0;
    if (mantissa > bound || (mantissa === bound && (WORDS[LOW] ?? 0) > (this.#lowWords[sub] ?? 0))) sub++;
    return (exponent << this.#schema) + sub;
  }

  #indexOfSubnormal(value: number): number {
    const octaves = this.#schema >= 0 ? 64 << this.#schema : 64 >> -this.#schema;
    return this.indexOf(value * 2 ** 64) - octaves;
  }
}

const mappings = new Map<number, BucketMapping>();

function mappingOf(schema: number): BucketMapping {
  let mapping = mappings.get(schema);
  if (mapping === undefined) {
    mapping = new BucketMapping(schema);
    mappings.set(schema, mapping);
  }
  return mapping;
}
