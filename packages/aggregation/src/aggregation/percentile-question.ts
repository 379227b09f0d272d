import type { SeriesSelector } from '@bduf/metrics-core/interfaces';

/** What percentiles are asked for. */
export interface PercentileQuestion {
  /** Which series; all of them together. */
  readonly selector: SeriesSelector;
  /** Quantiles, 0 … 1. */
  readonly quantiles: readonly number[];
  /** How far to look back, in milliseconds; `undefined` for all that a distribution holds. */
  readonly windowMs: number | undefined;
}
