import type { MetricInspection } from '../metrics/metric-inspection.ts';

/** What a collector holds. */
export interface CollectorInspection {
  /** Series that are shown, of all metrics. */
  readonly series: number;
  /** Bytes held, label texts estimated. */
  readonly bytes: number;
  /** Each metric, the largest first. */
  readonly metrics: readonly MetricInspection[];
}
