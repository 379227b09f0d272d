import type { FamilyType } from '@bduf/metrics-core/interfaces';

/** How much a `MetricsHistory` holds, and what it had to give up. */
export interface MetricsHistoryStatus {
  /** Metrics that are tracked. */
  readonly trackedMetrics: number;
  /** Series with samples. */
  readonly seriesCount: number;
  /** Bytes held, estimates for objects included. */
  readonly usedBytes: number;
  /** Samples and cells in compressed segments, and their bytes, by tier, the finest first. */
  readonly tiers: readonly {
    /** Distance of samples in milliseconds. */
    readonly stepMs: number;
    /** Compressed samples. */
    readonly samples: number;
    /** Bytes of compressed samples. */
    readonly bytes: number;
  }[];
  /** Samples and cells that had to go before their time, for want of room, ever. */
  readonly evictedSamples: number;
  /** How often a series could not be kept, for want of room, ever. */
  readonly refusedSeries: number;
  /** Ticks that were taken. */
  readonly ticks: number;
  /** Ticks that fell out because the one before was still at work. */
  readonly skippedTicks: number;
}

/** What a remembered metric is. */
export interface MetricDescription {
  /** Its type. */
  readonly type: FamilyType;
  /** Finite upper bounds of its explicit buckets. */
  readonly upperBounds: readonly number[];
  /** Least resolution of its native histograms; `undefined` when it has none. */
  readonly leastSchema: number | undefined;
}
