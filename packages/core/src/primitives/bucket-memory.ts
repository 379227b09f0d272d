/** Keeps the counts of a sketch where somebody else can read them, such as in memory shared between threads. */
export interface BucketMemory {
  /**
   * Memory for counts, all zero.
   *
   * @param length - How many.
   */
  allocate(length: number): Float64Array;
  /** The counts are complete at new places, or mean another resolution. The former places are not used any more. */
  moved(places: BucketPlaces): void;
}

/** Where the counts of a sketch are. */
export interface BucketPlaces {
  /** Resolution. */
  readonly schema: number;
  /** One number: observations that count as zero. */
  readonly zeros: Float64Array;
  /** Buckets of positive values. */
  readonly positive: BucketPlace;
  /** Buckets of negative values, by absolute value. */
  readonly negative: BucketPlace;
}

/** Where the counts on one side of zero are. */
export interface BucketPlace {
  /** Counts of consecutive buckets. */
  readonly counts: Float64Array;
  /** Index of the bucket at `counts[0]`. */
  readonly base: number;
}
