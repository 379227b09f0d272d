import type { MetricFamily } from '@bduf/metrics-core/interfaces';

/** What metrics showed at a moment. A series of a metric that was there before and is not in its family any more has ended. */
export interface HistoryReadOut {
  /** When, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Families by different names. Metrics that are not among them were not looked at. */
  readonly families: readonly MetricFamily[];
}
