import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { TimeGranularity } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { MetricsAggregator } from '@bduf/metrics-aggregation';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Zones with clock changes at midnight, half hours, a day that was left out, and no changes at all. */
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Cairo',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Atlantic/Azores',
];

const clock = new ManualClock(Date.UTC(2040, 0, 1));
const aggregator = new MetricsAggregator(new MetricsCollector({ clock }), { clock });

interface Bucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isPartial: boolean;
}

function buckets(startMs: number, endMs: number, granularity: TimeGranularity, timeZone?: string): readonly Bucket[] {
  const range = { start: new Date(startMs), end: new Date(endMs) };
  return aggregator
    .aggregateByTime('nothing', range, granularity, { ...(timeZone !== undefined && { timeZone }) })
    .map(({ start, end, isPartial }) => ({ fromMs: start.getTime(), toMs: end.getTime(), isPartial }));
}

/** What a calendar on the wall shows. */
function wall(
  timeZone: string,
): (atMs: number) => { readonly date: string; readonly weekday: string; readonly month: string } {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    weekday: 'short',
  });
  return (atMs) => {
    const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, value]));
    const month = `${parts['year']}-${parts['month']}`;
    return { date: `${month}-${parts['day']}`, weekday: parts['weekday'] ?? '', month };
  };
}

const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2036, 0, 1) });

function expectSeamless(found: readonly Bucket[], startMs: number, endMs: number): void {
  expect(found[0]?.fromMs).toBeLessThanOrEqual(startMs);
  expect(found[0]?.toMs).toBeGreaterThan(startMs);
  expect(found.at(-1)?.fromMs).toBeLessThan(endMs);
  expect(found.at(-1)?.toMs).toBeGreaterThanOrEqual(endMs);
  expect(found.slice(1).map(({ fromMs }) => fromMs)).toEqual(found.slice(0, -1).map(({ toMs }) => toMs));
  for (const { fromMs, toMs, isPartial } of found) {
    expect(toMs).toBeGreaterThan(fromMs);
    expect(isPartial).toBe(fromMs < startMs || toMs > endMs);
  }
}

describe('buckets', () => {
  it('of fixed length are aligned to the epoch', () => {
    const lengths = [
      ['second', 1000],
      ['minute', 60_000],
      ['hour', HOUR_MS],
      [{ ms: 7 }, 7],
      [{ ms: 90_000 }, 90_000],
    ] as const;
    fc.assert(
      fc.property(
        moments,
        fc.constantFrom(...lengths),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(),
        (startMs, length, count, rest) => {
          const [granularity, ms] = length;
          const endMs = startMs + count * ms + (rest % ms);
          const found = buckets(startMs, endMs, granularity);
          expectSeamless(found, startMs, endMs);
          for (const { fromMs, toMs } of found) {
            expect(fromMs % ms).toBe(0);
            expect(toMs - fromMs).toBe(ms);
          }
        },
      ),
    );
  });

  it('of days are those of the calendar on the wall, whatever clocks do', () => {
    fc.assert(
      fc.property(
        moments,
        fc.constantFrom(...ZONES),
        fc.integer({ min: 1, max: 10 * DAY_MS }),
        (startMs, zone, lengthMs) => {
          const found = buckets(startMs, startMs + lengthMs, 'day', zone);
          expectSeamless(found, startMs, startMs + lengthMs);
          const at = wall(zone);
          for (const { fromMs, toMs } of found) {
            expect(at(fromMs - 1).date).not.toBe(at(fromMs).date);
            expect(at(toMs - 1).date).not.toBe(at(toMs).date);
            for (let inside = fromMs; inside < toMs; inside += HOUR_MS) expect(at(inside).date).toBe(at(fromMs).date);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of weeks begin on Monday, of months on the first', () => {
    fc.assert(
      fc.property(
        moments,
        fc.constantFrom(...ZONES),
        fc.integer({ min: 1, max: 150 * DAY_MS }),
        (startMs, zone, lengthMs) => {
          const at = wall(zone);
          const weeks = buckets(startMs, startMs + lengthMs, 'week', zone);
          expectSeamless(weeks, startMs, startMs + lengthMs);
          for (const { fromMs, toMs } of weeks) {
            expect(at(fromMs).weekday).toBe('Mon');
            expect(at(fromMs - 1).weekday).toBe('Sun');
            expect(Math.round((toMs - fromMs) / DAY_MS)).toBe(7);
          }
          const months = buckets(startMs, startMs + lengthMs, 'month', zone);
          expectSeamless(months, startMs, startMs + lengthMs);
          for (const { fromMs, toMs } of months) {
            expect(at(fromMs).date).toBe(`${at(fromMs).month}-01`);
            expect(at(fromMs - 1).month).not.toBe(at(fromMs).month);
            expect(at(toMs - 1).month).toBe(at(fromMs).month);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('of a day have 23 or 25 hours when clocks change', () => {
    const hours = (year: number, month: number, day: number, zone: string): number | undefined => {
      const noonMs = Date.UTC(year, month, day, 12);
      const [found] = buckets(noonMs, noonMs + 1, 'day', zone);
      return found && (found.toMs - found.fromMs) / HOUR_MS;
    };
    expect(hours(2026, 2, 29, 'Europe/Berlin')).toBe(23);
    expect(hours(2026, 9, 25, 'Europe/Berlin')).toBe(25);
    expect(hours(2026, 9, 26, 'Europe/Berlin')).toBe(24);
    expect(hours(2018, 10, 4, 'America/Sao_Paulo')).toBe(23);
    expect(hours(2026, 3, 5, 'Australia/Lord_Howe')).toBe(24.5);
  });

  it('are refused when they make no sense', () => {
    const invalid = { code: 'METRICS_ERR_ARGUMENT_INVALID' };
    const at = Date.UTC(2026, 0, 1);
    const refused = (act: () => unknown) => expect(act).toThrow(expect.objectContaining(invalid));
    refused(() => buckets(at, at - 1, 'hour'));
    refused(() => buckets(NaN, at, 'hour'));
    refused(() => buckets(at, at + 1, { ms: 0 }));
    refused(() => buckets(at, at + 1, { ms: 1.5 }));
    // @ts-expect-error -- Plain JavaScript may say anything.
    refused(() => buckets(at, at + 1, 'year'));
    refused(() => buckets(at, at + 1, 'day', 'Europe/Nowhere'));
    refused(() => buckets(at, at + 10_001 * 1000, 'second'));
    expect(buckets(at, at + 10_000 * 1000, 'second')).toHaveLength(10_000);
    expect(buckets(at, at, 'second')).toEqual([]);
  });
});
