import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';

/**
 * Percentiles as quantiles from 0 to 1. When any is above 1 all are taken for percents: 50 is the median, and then 0.5 is half a
 * percent.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for one below 0 or above 100.
 */
export function quantilesOf(percentiles: readonly number[]): readonly number[] {
  const arePercents = percentiles.some((each) => each > 1);
  return percentiles.map((each) => {
    if (each >= 0 && each <= 100) return arePercents ? each / 100 : each;
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `A percentile is ${each}. Use quantiles from 0 to 1, or percents from 0 to 100.`,
    );
  });
}
