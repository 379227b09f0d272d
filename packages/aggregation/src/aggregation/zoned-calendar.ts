import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';

const DAY_MS = 86_400_000;

/** A day of the calendar; months count from 0. Days and months beyond their ends run on, as in `Date.UTC`. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The calendar of a time zone, daylight saving time included: which day it is, and when days begin. */
export class ZonedCalendar {
  readonly #format: Intl.DateTimeFormat | undefined;

  /**
   * @param timeZone - Name of the IANA data base, such as `Europe/Berlin`.
   * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a zone that nobody knows.
   */
  constructor(timeZone: string) {
    if (timeZone === 'UTC') return;
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone,
        calendar: 'iso8601',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch (error) {
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `The time zone is ${JSON.stringify(timeZone)}. Use a name of the IANA data base, such as "Europe/Berlin".`,
        { cause: error },
      );
    }
  }

  /** The day of a moment. */
  dayOf(atMs: number): CalendarDay {
    const local = new Date(this.#localMs(atMs));
    return { year: local.getUTCFullYear(), month: local.getUTCMonth(), day: local.getUTCDate() };
  }

  /** The first moment of a day. Where clocks go forward at midnight that is not 0:00; where they go back, it may be the first of two. */
  startOf({ year, month, day }: CalendarDay): number {
    const localMs = Date.UTC(year, month, day);
    // Clocks change once in two days at most, so that one of the offsets around midnight is that of midnight.
    const before = localMs - this.#offsetMs(localMs - DAY_MS);
    const after = localMs - this.#offsetMs(localMs + DAY_MS);
    const [first, second] = before < after ? [before, after] : [after, before];
    if (this.#localMs(first) === localMs) return first;
    if (this.#localMs(second) === localMs) return second;
    return this.#firstAfter(localMs, first, second);
  }

  /** The moment when clocks skip a local time: the first one at which they show a later one. */
  #firstAfter(localMs: number, earlierMs: number, laterMs: number): number {
    let [low, high] = [earlierMs, laterMs];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#localMs(middle) < localMs) low = middle;
      else high = middle;
    }
    return high;
  }

  #localMs(atMs: number): number {
    return atMs + this.#offsetMs(atMs);
  }

  /** How far local time is ahead of UTC. */
  #offsetMs(atMs: number): number {
    if (this.#format === undefined) return 0;
    const parts = new Map(this.#format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
    const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
    return local - Math.floor(atMs / 1000) * 1000;
  }
}

/** Day of the week, Monday 0. */
export function weekdayOf({ year, month, day }: CalendarDay): number {
  return (new Date(Date.UTC(year, month, day)).getUTCDay() + 6) % 7;
}
