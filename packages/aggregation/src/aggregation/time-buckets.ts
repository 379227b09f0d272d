import { MetricsError, MetricsErrorCode, type TimeGranularity, type TimeRange } from '@bduf/metrics-core/interfaces';
import { spanOf } from './range-span.ts';
import { type CalendarDay, weekdayOf, ZonedCalendar } from './zoned-calendar.ts';

/** Buckets of one range at most. */
const MAX_BUCKETS = 10_000;

/** A part of a range, from its start to before its end. */
export interface TimeBucket {
  /** Start of the bucket, aligned, in milliseconds since the epoch. */
  readonly startMs: number;
  /** End of the bucket, aligned. */
  readonly endMs: number;
  /** Start of the part that belongs to the range. */
  readonly fromMs: number;
  /** End of the part that belongs to the range. */
  readonly toMs: number;
}

const FIXED_MS: Readonly<Partial<Record<string, number>>> = { second: 1000, minute: 60_000, hour: 3_600_000 };

/**
 * Cuts a range into buckets: seconds, minutes, hours and fixed lengths aligned to the epoch; days, weeks (from Monday) and months to
 * the calendar of a time zone.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a malformed range, granularity or zone, or more than 10 000 buckets.
 */
export function timeBuckets(range: TimeRange, granularity: TimeGranularity, timeZone: string): readonly TimeBucket[] {
  const { fromMs: startMs, toMs: endMs } = spanOf(range);
  const next = nextStart(granularity, timeZone);
  const buckets: TimeBucket[] = [];
  let bucketMs = next.startOf(startMs);
  while (bucketMs < endMs) {
    const afterMs = next.after(bucketMs);
    buckets.push({
      startMs: bucketMs,
      endMs: afterMs,
      fromMs: Math.max(bucketMs, startMs),
      toMs: Math.min(afterMs, endMs),
    });
    if (buckets.length > MAX_BUCKETS) {
      throw invalid(`The range has more than ${MAX_BUCKETS} buckets`, 'Use a coarser granularity or a shorter range');
    }
    bucketMs = afterMs;
  }
  return buckets;
}

/** Where buckets begin. */
interface BucketStarts {
  /** Start of the bucket that a moment belongs to. */
  startOf(atMs: number): number;
  /** Start of the bucket after the one that starts at a moment. */
  after(startMs: number): number;
}

function nextStart(granularity: TimeGranularity, timeZone: string): BucketStarts {
  const steps = typeof granularity === 'string' ? CALENDAR_STEPS[granularity] : undefined;
  if (steps !== undefined) {
    const calendar = new ZonedCalendar(timeZone);
    return {
      startOf: (atMs) => calendar.startOf(steps.first(calendar.dayOf(atMs))),
      after: (startMs) => calendar.startOf(steps.next(calendar.dayOf(startMs))),
    };
  }
  const fixedMs = typeof granularity === 'string' ? FIXED_MS[granularity] : granularity.ms;
  if (fixedMs === undefined || !(Number.isSafeInteger(fixedMs) && fixedMs > 0)) {
    throw invalid(
      `The granularity is ${JSON.stringify(granularity)}`,
      'Use second, minute, hour, day, week, month or { ms } with an integer above 0',
    );
  }
  return { startOf: (atMs) => Math.floor(atMs / fixedMs) * fixedMs, after: (startMs) => startMs + fixedMs };
}

interface CalendarSteps {
  /** First day of the unit that a day belongs to. */
  first(day: CalendarDay): CalendarDay;
  /** First day of the unit after the one that begins with a day. */
  next(day: CalendarDay): CalendarDay;
}

const CALENDAR_STEPS: Readonly<Partial<Record<string, CalendarSteps>>> = {
  day: { first: (day) => day, next: (day) => ({ ...day, day: day.day + 1 }) },
  week: {
    first: (day) => ({ ...day, day: day.day - weekdayOf(day) }),
    next: (day) => ({ ...day, day: day.day + 7 }),
  },
  month: {
    first: (day) => ({ ...day, day: 1 }),
    next: (day) => ({ ...day, month: day.month + 1, day: 1 }),
  },
};

function invalid(what: string, remedy: string): MetricsError {
  return new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, `${what}. ${remedy}.`);
}
