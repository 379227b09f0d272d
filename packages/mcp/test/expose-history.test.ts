import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { HistorySource } from '@bduf/metrics-core/interfaces';
import { ManualClock, RecentSamples, evaluateQueries } from '@bduf/metrics-core/primitives';
import { type ExposedClient, ask, connectExposed } from './support/exposed.ts';
import { V1, V2 } from './support/in-memory.ts';

const START_MS = Date.UTC(2026, 10, 23, 12);
const SAMPLE_MS = 10_000;

/** Ten minutes of a server: at first it is slow and fails, from the fifth minute on it is quick and well. */
function tenMinutes(): { readonly metrics: MetricsCollector; readonly history: HistorySource; readonly nowMs: number } {
  const clock = new ManualClock(START_MS);
  const metrics = new MetricsCollector({ clock });
  const requests = metrics.counter({ name: 'requests_total', description: 'x', labels: ['method', 'status'] });
  const duration = metrics.histogram({
    name: 'duration_seconds',
    description: 'x',
    unit: 'seconds',
    labels: ['method'],
    buckets: [0.1, 0.2, 0.4, 0.8],
  });
  const depth = metrics.gauge({ name: 'queue_depth', description: 'x', labels: ['queue'] });
  const wait = metrics.summary({ name: 'wait_seconds', description: 'x', unit: 'seconds' });
  const samples = new RecentSamples();
  for (let at = 0; at <= 60; at++) {
    const isSlow = at <= 30;
    if (at > 0) {
      requests.inc({ method: 'GET', status: '200' }, 8);
      requests.inc({ method: 'POST', status: '200' }, 2);
      if (isSlow) requests.inc({ method: 'GET', status: '500' }, 4);
      for (let each = 0; each < 10; each++) duration.observe({ method: 'GET' }, isSlow ? 0.6 : 0.15);
      wait.observe(isSlow ? 2 : 1);
    }
    depth.set({ queue: 'a' }, isSlow ? 40 : 10);
    depth.set({ queue: 'b' }, 2);
    samples.append(metrics.gatherSync(), clock.now());
    if (at < 60) clock.advance(SAMPLE_MS);
  }
  const history = {
    read: (batch: Parameters<HistorySource['read']>[0]) => Promise.resolve(evaluateQueries(batch, samples)),
  };
  return { metrics, history, nowMs: clock.now() };
}

describe.each([V1, V2])('query_metric with history, $title', (sdk) => {
  const { metrics, history, nowMs } = tenMinutes();
  const open = (): Promise<ExposedClient> =>
    connectExposed(sdk, { gatherer: metrics, history, clock: new ManualClock(nowMs) });

  it.each([
    [
      'a rate of each series, largest first',
      { metric: 'requests_total', fn: 'rate', window: '5m', filter: { status: '200' } },
      [
        { labels: { method: 'GET', status: '200' }, value: 0.8 },
        { labels: { method: 'POST', status: '200' }, value: 0.2 },
      ],
    ],
    [
      'an increase of groups',
      { metric: 'requests_total', fn: 'increase', window: '10m', group_by: ['status'] },
      [
        { labels: { status: '200' }, value: 600 },
        { labels: { status: '500' }, value: 120 },
      ],
    ],
    [
      'an increase of the window only',
      { metric: 'requests_total', fn: 'increase', window: '5m', filter: { status: '500' }, group_by: [] },
      [{ labels: {}, value: 0 }],
    ],
    [
      'the number of observations of a histogram',
      { metric: 'duration_seconds', fn: 'increase', window: '5m' },
      [{ labels: { method: 'GET' }, value: 300 }],
    ],
    [
      'the mean of a histogram in the window, not since the start',
      { metric: 'duration_seconds', fn: 'avg', window: '5m', group_by: [] },
      [{ labels: {}, value: expect.closeTo(0.15, 12) }],
    ],
    [
      'a quantile of a histogram in the window',
      { metric: 'duration_seconds', fn: 'p95', window: '5m' },
      [{ labels: { method: 'GET' }, value: expect.closeTo(0.195, 12) }],
    ],
    [
      'a quantile of a histogram over both halves',
      { metric: 'duration_seconds', fn: 'p95', window: '10m' },
      [{ labels: { method: 'GET' }, value: expect.closeTo(0.76, 12) }],
    ],
    [
      'the mean of a summary in the window',
      { metric: 'wait_seconds', fn: 'avg', window: '5m' },
      [{ labels: {}, value: expect.closeTo(1, 12) }],
    ],
    [
      'the greatest value of a gauge',
      { metric: 'queue_depth', fn: 'max', window: '10m' },
      [
        { labels: { queue: 'a' }, value: 40 },
        { labels: { queue: 'b' }, value: 2 },
      ],
    ],
    [
      'the mean of a gauge over time and series',
      { metric: 'queue_depth', fn: 'avg', window: '4m', group_by: [] },
      [{ labels: {}, value: 6 }],
    ],
    [
      'a quantile of a gauge over time',
      { metric: 'queue_depth', fn: 'p50', window: '4m', filter: { queue: 'a' } },
      [{ labels: { queue: 'a' }, value: 10 }],
    ],
    [
      'the share that a filter selects',
      { metric: 'requests_total', fn: 'ratio', window: '10m', filter: { status: '500' }, group_by: ['method'] },
      [
        { labels: { method: 'GET' }, value: 0.2 },
        { labels: { method: 'POST' }, value: 0 },
      ],
    ],
    [
      'the share of a gauge',
      { metric: 'queue_depth', fn: 'ratio', window: '4m', filter: { queue: 'a' } },
      [{ labels: {}, value: expect.closeTo(10 / 12, 12) }],
    ],
  ])('gives %s', async (_title, args, series) => {
    const client = await open();
    const { structuredContent } = await ask(client, 'query_metric', args);
    expect(structuredContent).toMatchObject({ series, truncated: false });
    expect(structuredContent).not.toHaveProperty('coverage');
    await client.close();
  });

  it('gives the same over each step of the window', async () => {
    const client = await open();
    const args = { metric: 'duration_seconds', fn: 'avg', window: '10m', step: '5m' };
    expect(await ask(client, 'query_metric', args)).toMatchObject({
      structuredContent: {
        series: [
          {
            value: expect.closeTo(0.375, 12),
            points: [
              [nowMs - 300_000, expect.closeTo(0.6, 12)],
              [nowMs, expect.closeTo(0.15, 12)],
            ],
          },
        ],
        unit: 'seconds',
        window: '600s',
      },
    });
    await client.close();
  });

  it('gives steps of an increase that add up to the increase of the window', async () => {
    const client = await open();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 10 }), async (step, count) => {
        const args = {
          metric: 'requests_total',
          fn: 'increase',
          window: `${step * count}s`,
          step: `${step}s`,
          group_by: ['method'],
        };
        const { structuredContent } = await ask(client, 'query_metric', args);
        const series = structuredContent?.['series'] as { value: number; points: [number, number][] }[];
        expect(series).toHaveLength(2);
        for (const { value, points } of series) {
          expect(points.map(([atMs]) => nowMs - atMs)).toEqual(
            Array.from({ length: count }, (_, at) => (count - 1 - at) * step * 1000),
          );
          expect(points.reduce((sum, [, increase]) => sum + increase, 0)).toBe(value);
        }
      }),
      { numRuns: 50 },
    );
    await client.close();
  });

  it('says how much of the window nobody observed', async () => {
    const client = await open();
    const answer = await ask(client, 'query_metric', { metric: 'requests_total', fn: 'increase', window: '20m' });
    expect(answer.structuredContent).toMatchObject({ coverage: 0.5, reason: 'observation_began' });
    expect(answer.content[0]?.text).toContain('only 50 % of the window was observed: observation_began');
    await client.close();
  });

  it('keeps the quantiles of a summary, which looks back over a window of its own', async () => {
    const client = await open();
    expect(await ask(client, 'query_metric', { metric: 'wait_seconds', fn: 'p99' })).toMatchObject({
      structuredContent: { series: [{ labels: {}, value: expect.closeTo(2, 1) }], window: 'now' },
    });
    await client.close();
  });

  it.each([
    ['a rate of a gauge', { metric: 'queue_depth', fn: 'rate' }, 'no rate; use avg or max'],
    ['a mean of a counter', { metric: 'requests_total', fn: 'avg' }, 'use rate or increase'],
    ['the greatest value of a histogram', { metric: 'duration_seconds', fn: 'max' }, 'use p99'],
    ['a merged quantile of a gauge', { metric: 'queue_depth', fn: 'p95', group_by: [] }, 'without group_by'],
    ['a ratio of everything', { metric: 'requests_total', fn: 'ratio' }, 'needs a filter'],
    ['an unknown label', { metric: 'requests_total', fn: 'rate', filter: { host: 'a' } }, 'It has: method, status.'],
    ['steps beyond number', { metric: 'requests_total', fn: 'rate', window: '1d', step: '30s' }, 'at least 24m.'],
    ['a step beyond the window', { metric: 'requests_total', fn: 'rate', window: '1m', step: '2m' }, 'longer than'],
  ])('refuses %s', async (_title, args, message) => {
    const client = await open();
    expect(await ask(client, 'query_metric', args)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining(message) }],
    });
    await client.close();
  });
});

it('makes up no value of a metric that nobody observed, and caps the points of all series together', async () => {
  const metrics = new MetricsCollector();
  const requests = metrics.counter({ name: 'requests_total', description: 'x', labels: ['route'] });
  const samples = new RecentSamples();
  const history = {
    read: (batch: Parameters<HistorySource['read']>[0]) => Promise.resolve(evaluateQueries(batch, samples)),
  };
  for (let route = 0; route < 50; route++) requests.inc({ route: `r${route}` });
  const client = await connectExposed(V2, { gatherer: metrics, history, clock: new ManualClock(START_MS) });
  const args = { metric: 'requests_total', fn: 'increase', window: '5m', step: '5s', limit: 50 };
  expect((await ask(client, 'query_metric', args)).structuredContent).toMatchObject({
    series: [],
    coverage: 0,
    reason: 'unknown_metric',
  });
  for (let at = 0; at <= 30; at++) samples.append(metrics.gatherSync(), START_MS - 300_000 + at * 10_000);
  const { structuredContent } = await ask(client, 'query_metric', args);
  expect(structuredContent).toMatchObject({ truncated: true });
  const series = structuredContent?.['series'] as { points: unknown[] }[];
  expect(series.flatMap(({ points }) => points).length).toBeLessThanOrEqual(600);
  await client.close();
});
