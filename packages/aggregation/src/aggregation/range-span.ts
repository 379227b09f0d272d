import { MetricsError, MetricsErrorCode, type TimeRange } from '@bduf/metrics-core/interfaces';

/** A span of time in milliseconds since the epoch, from its start to before its end. */
export interface TimeSpan {
  /** First moment that belongs to it. */
  readonly fromMs: number;
  /** First moment that no longer belongs to it. */
  readonly toMs: number;
}

/**
 * A range as numbers.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` when it ends before it begins, or has no valid dates.
 */
export function spanOf(range: TimeRange): TimeSpan {
  const [fromMs, toMs] = [range.start.getTime(), range.end.getTime()];
  if (toMs >= fromMs) return { fromMs, toMs };
  throw new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `The range goes from ${String(range.start)} to ${String(range.end)}. Give two dates, the later one last.`,
  );
}
