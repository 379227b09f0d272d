import { MetricsError, MetricsErrorCode } from '../interfaces/metrics-error.ts';

/**
 * An option that has to be a finite number above 0.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID`.
 */
export function positiveOption(name: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `${name} is ${String(value)}; use a finite number above 0.`,
  );
}
