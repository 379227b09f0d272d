import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock, query } from '@bduf/metrics-core/primitives';
import { MetricsHistory, type MetricsHistoryOptions } from '@bduf/metrics-aggregation';
import { familyOf } from '@bduf/metrics-testkit';

const START = Date.UTC(2026, 0, 1);
const TICK_MS = 10_000;
const DAY_MS = 86_400_000;

/** Everything is kept as it is for a day, if the budget allows. */
function historyOf(options: MetricsHistoryOptions) {
  const clock = new ManualClock(START + DAY_MS);
  const metrics = new MetricsCollector({ clock });
  return { metrics, history: new MetricsHistory(metrics, { clock, retentionMs: DAY_MS, tiers: [], ...options }) };
}

/** Values that hardly compress. */
function noise(seed: number): number {
  return Math.sin(seed * 12.9898) * 43_758.5453;
}

function append(
  history: MetricsHistory,
  name: string,
  { tick, series }: { readonly tick: number; readonly series: number },
): void {
  const rows = Array.from({ length: series }, (_, at) => ({
    labels: { id: String(at) },
    createdMs: START,
    value: noise(tick * 1000 + at),
  }));
  history.append([familyOf({ name, type: 'gauge', labelNames: ['id'], series: rows })], START + tick * TICK_MS);
}

/** Samples that questions still find. */
function held(history: MetricsHistory, name: string): number {
  const atMs = START + DAY_MS / 2;
  const { expression } = query(name).countOverTime(DAY_MS).sum();
  return history.readSync([{ expression, startMs: atMs, endMs: atMs, stepMs: 0 }])[0]?.series[0]?.values[0] ?? 0;
}

describe('the byte budget', () => {
  it('is never exceeded, and every sample is either there or counted as evicted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 40_000, max: 150_000 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 100, max: 500 }),
        (maxBytes, series, ticks) => {
          const { history } = historyOf({ maxBytes });
          for (let tick = 0; tick < ticks; tick++) {
            append(history, 'depth', { tick, series });
            expect(history.status().usedBytes).toBeLessThanOrEqual(maxBytes);
          }
          const { evictedSamples, seriesCount, refusedSeries } = history.status();
          expect(refusedSeries).toBe(0);
          expect(seriesCount).toBe(series);
          expect(held(history, 'depth') + evictedSamples).toBe(series * ticks);
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  });

  it('costs nothing as long as it suffices', () => {
    const { history } = historyOf({});
    for (let tick = 0; tick < 500; tick++) append(history, 'depth', { tick, series: 20 });
    expect(history.status()).toMatchObject({ evictedSamples: 0, refusedSeries: 0 });
    expect(held(history, 'depth')).toBe(10_000);
  });

  it('takes first from what nobody has asked about for the longest time, and answers say what is gone', () => {
    const { history } = historyOf({ maxBytes: 120_000 });
    for (let tick = 0; tick < 800; tick++) {
      for (const name of ['asked', 'ignored']) append(history, name, { tick, series: 10 });
      held(history, 'asked');
    }
    expect(held(history, 'asked')).toBe(8000);
    expect(held(history, 'ignored')).toBeLessThan(8000);
    expect(history.observation('asked')).toEqual({ sinceMs: START, reason: 'observation_began' });
    expect(history.observation('ignored').reason).toBe('before_retention');
    const atMs = START + 800 * TICK_MS;
    const { expression } = query('ignored').avgOverTime(800 * TICK_MS);
    const [answer] = history.readSync([{ expression, startMs: atMs, endMs: atMs, stepMs: 0 }]);
    expect(answer?.coverage).toBeLessThan(1);
    expect(answer?.reason).toBe('before_retention');
  });

  it('refuses series that it cannot hold, counts them, and keeps those that are there', () => {
    const { metrics, history } = historyOf({ maxBytes: 30_000 });
    append(history, 'depth', { tick: 0, series: 10 });
    append(history, 'depth', { tick: 1, series: 2000 });
    const { refusedSeries, seriesCount, usedBytes } = history.status();
    expect(usedBytes).toBeLessThanOrEqual(30_000);
    expect(refusedSeries).toBe(2000 - seriesCount);
    expect(seriesCount).toBeGreaterThan(10);
    append(history, 'depth', { tick: 2, series: 10 });
    const { expression } = query('depth').where({ id: '3' });
    const atMs = START + 2 * TICK_MS;
    const [answer] = history.readSync([{ expression, startMs: atMs, endMs: atMs, stepMs: 0 }]);
    expect(answer?.series[0]?.values[0]).toBe(noise(2003));
    const own = metrics.gatherSync({
      names: new Set(['metrics_history_refused_series_total', 'metrics_history_bytes']),
    });
    expect(own.map(({ name, blocks }) => [name, blocks[0]?.values[0]])).toEqual([
      ['metrics_history_bytes', history.status().usedBytes],
      ['metrics_history_refused_series_total', history.status().refusedSeries],
    ]);
  });

  it('is kept with cells, too', () => {
    const { history } = historyOf({
      maxBytes: 150_000,
      retentionMs: 600_000,
      tiers: [
        { stepMs: 60_000, retentionMs: 7_200_000 },
        { stepMs: 600_000, retentionMs: DAY_MS },
      ],
    });
    for (let tick = 0; tick < 2000; tick++) {
      append(history, 'depth', { tick, series: 40 });
      expect(history.status().usedBytes).toBeLessThanOrEqual(150_000);
    }
    expect(history.status().evictedSamples).toBeGreaterThan(0);
  });
});
