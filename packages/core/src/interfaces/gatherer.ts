import type { MetricFamily } from './metric-family.ts';

/** Options of a read-out. */
export interface GatherOptions {
  /** Only families of these names. Others are not even copied. Default: all. */
  readonly names?: ReadonlySet<string>;
  /** Gives up waiting for callbacks when aborted; what is settled is returned. */
  readonly signal?: AbortSignal;
}

/** The half of a collector that reads. Families are ordered by name; those without a visible series are left out. */
export interface Gatherer {
  /**
   * Reads all metrics, after asking callback metrics for their values. Concurrent calls with the same options may share
   * one run. Never rejects because of a callback: its failure is counted and the rest is returned.
   */
  gather(options?: GatherOptions): Promise<readonly MetricFamily[]>;
  /**
   * Reads all metrics of this process now. Callbacks that are synchronous are asked; those that are not are started, and
   * show what they gave last.
   */
  gatherSync(options?: GatherOptions): readonly MetricFamily[];
}
