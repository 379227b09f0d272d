import type { HistoryGap } from '@bduf/metrics-core/interfaces';
import type { Trend } from '@bduf/metrics-core/primitives';

/** How a metric develops. Numbers are `null` where they cannot be told. */
export interface TrendAnalysis extends Omit<Trend, 'robustSlopePerSecond' | 'endMs'> {
  /** Median of the slopes of all pairs of points, per second (Theil–Sen): hardly touched by outliers. */
  readonly robustSlope: number | null;
  /** Share of the range, as far as it has passed, that was observed: 0 … 1. */
  readonly coverage: number;
  /** Why not all of it was. */
  readonly reason?: HistoryGap;
  /**
   * The value that the line of least squares reaches.
   *
   * @param seconds - After the last point.
   */
  forecast(seconds: number): number | null;
  /** When the line reaches a threshold, after the last point; `null` when it moves away from it, or does not move. */
  breachTime(threshold: number): Date | null;
}
