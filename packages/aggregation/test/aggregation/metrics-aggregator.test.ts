import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { HistorySource } from '@bduf/metrics-core/interfaces';
import { ManualClock, query } from '@bduf/metrics-core/primitives';
import { MetricsAggregator, MetricsHistory } from '@bduf/metrics-aggregation';
import { range, setup, START } from './aggregator-setup.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('an aggregator without a history', () => {
  it('has its own, which begins with the first question and ends with the aggregator', async () => {
    const clock = new ManualClock(START);
    const metrics = new MetricsCollector({ clock });
    metrics.gauge({ name: 'depth', description: 'Depth.' }).set(4);
    const aggregator = new MetricsAggregator(metrics, { clock });
    const hour = range(0, HOUR);
    expect(aggregator.aggregateByTime('depth', hour, 'hour')).toMatchObject([
      { count: 0, avg: null, coverage: 0, reason: 'not_tracked', isPartial: true },
    ]);
    for (let second = 0; second < 30; second++) {
      clock.advance(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(aggregator.aggregateByTime('depth', hour, 'hour')).toMatchObject([{ avg: 4, max: 4 }]);
    expect(clock.pendingTimers).toBe(1);
    aggregator[Symbol.dispose]();
    expect(clock.pendingTimers).toBe(0);
  });

  it('leaves a history that was given alone', () => {
    const { clock, metrics, history, aggregator } = setup();
    history.start();
    expect(aggregator.history).toBe(history);
    aggregator.close();
    expect(clock.pendingTimers).toBe(1);
    expect(history.status().trackedMetrics).toBe(0);
    expect(metrics.getMetric('metrics_history_bytes')).toBeUndefined();
  });

  it('cannot ask one that needs time', () => {
    const { metrics } = setup();
    metrics.gauge({ name: 'depth', description: 'Depth.' }).set(1);
    const remote: HistorySource = { read: () => Promise.resolve([]) };
    const aggregator = new MetricsAggregator(metrics, { history: remote });
    const error = expect.objectContaining({ code: 'METRICS_ERR_ARGUMENT_INVALID' });
    expect(() => aggregator.aggregateByTime('depth', range(0, HOUR), 'hour')).toThrow(error);
    expect(() => aggregator.calculateTrend('depth', range(0, HOUR))).toThrow(error);
    expect(() => aggregator.calculatePercentiles('depth', [0.5])).toThrow(error);
    expect(aggregator.aggregateByLabels('depth', [])).toEqual({ '': 1 });
  });
});

describe('aggregation by time', () => {
  it('flags the bucket that has not ended, and leaves the future empty', async () => {
    const { metrics, aggregator, ticks } = setup();
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    await ticks(9, () => jobs.inc(2));
    const found = aggregator.aggregateByTime('jobs_total', range(0, 3 * MINUTE), 'minute');
    expect(found).toMatchObject([
      { start: new Date(START), end: new Date(START + MINUTE), isPartial: false, count: 6, increase: 12, coverage: 1 },
      { isPartial: true, increase: 6, coverage: 1 },
      { isPartial: true, count: 0, sum: null, rate: null, increase: null, coverage: 0 },
    ]);
    expect(found[0]?.rate).toBeCloseTo(12 / 59.999, 12);
    expect(found[1]?.rate).toBeCloseTo(6 / 30.001, 12);
  });

  it('takes counts of observations from histograms and summaries', async () => {
    const { metrics, aggregator, ticks } = setup();
    const seconds = metrics.histogram({ name: 'seconds', description: 'D.', labels: ['route'], buckets: [1, 2, 4] });
    const size = metrics.summary({ name: 'size', description: 'Size.' });
    await ticks(12, (tick) => {
      for (const value of [0.5, 1.5, 3, 3]) seconds.observe({ route: tick % 2 === 0 ? '/a' : '/b' }, value);
      size.observe(tick);
    });
    const minutes = range(0, 2 * MINUTE);
    expect(aggregator.aggregateByTime('seconds', minutes, 'minute', { percentiles: [50] })).toMatchObject([
      {
        count: 24,
        sum: 48,
        avg: 2,
        min: null,
        max: null,
        last: null,
        stddev: null,
        increase: 24,
        percentiles: { 50: 2 },
      },
      { count: 24, sum: 48, rate: 0.4, coverage: 1 },
    ]);
    expect(aggregator.aggregateByTime('seconds', minutes, 'minute', { groupBy: ['route'] })).toMatchObject([
      { labels: { route: '/a' }, count: 12 },
      { labels: { route: '/a' }, count: 12 },
      { labels: { route: '/b' }, count: 12 },
      { labels: { route: '/b' }, count: 12 },
    ]);
    expect(aggregator.aggregateByTime('size', minutes, 'minute')).toMatchObject([
      { count: 6, sum: 15, avg: 2.5 },
      { count: 6, sum: 51, avg: 8.5 },
    ]);
  });

  it('says how much of each bucket was observed, and why not all', async () => {
    const { metrics, aggregator, ticks, clock } = setup({ retentionMs: 2 * HOUR });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    clock.advance(90_000);
    depth.set(1);
    await ticks(3);
    clock.advance(10 * MINUTE);
    await ticks(30);
    const found = aggregator.aggregateByTime('depth', range(0, 15 * MINUTE), { ms: 3 * MINUTE });
    expect(found.map(({ coverage, reason }) => [coverage, reason])).toEqual([
      [expect.closeTo(20 / 180, 9), 'observation_began'],
      [0, 'interrupted'],
      [0, 'interrupted'],
      [0, 'interrupted'],
      [1, undefined],
    ]);
    expect(found[1]).toMatchObject({ count: 0, avg: null, last: null });
  });

  it('answers from cells where they fill buckets, and not where they do not', async () => {
    const { metrics, aggregator, ticks, clock } = setup();
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    await ticks(5 * 360, (tick) => {
      jobs.inc(3);
      depth.set(tick % 360);
    });
    clock.advance(MINUTE);
    const hours = aggregator.aggregateByTime('jobs_total', range(0, 5 * HOUR), 'hour');
    expect(hours.map(({ count, increase, coverage }) => [count, increase, coverage])).toEqual(
      Array.from({ length: 5 }, () => [360, 1080, 1]),
    );
    const [, second] = aggregator.aggregateByTime('depth', range(0, 2 * HOUR), 'hour');
    expect(second).toMatchObject({ min: 0, max: 359, last: 359, count: 360, sum: 64_620 });
    expect(second?.stddev).toBeCloseTo(Math.sqrt((360 ** 2 - 1) / 12), 6);
    const [tooShort] = aggregator.aggregateByTime('depth', range(0, MINUTE), 'minute');
    expect(tooShort).toMatchObject({ count: 0, avg: null, coverage: 0, reason: 'before_retention' });
    const recent = clock.now() - START - 6 * MINUTE;
    expect(aggregator.aggregateByTime('depth', range(recent, recent + MINUTE), 'minute')).toMatchObject([{ count: 6 }]);
  });

  it('leaves out empty buckets on demand, and takes days from the calendar of a zone', async () => {
    const { metrics, aggregator, ticks } = setup();
    metrics.gauge({ name: 'depth', description: 'Depth.' }).set(7);
    await ticks(3);
    const options = { timeZone: 'America/New_York', fill: 'none' } as const;
    expect(aggregator.aggregateByTime('depth', range(-48 * HOUR, 48 * HOUR), 'day', options)).toMatchObject([
      { start: new Date(START - 19 * HOUR), end: new Date(START + 5 * HOUR), avg: 7, isPartial: true },
    ]);
  });
});

describe('aggregation by labels', () => {
  it('puts present values together without any history', () => {
    const { metrics, aggregator } = setup();
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue', 'host'] });
    jobs.inc({ queue: 'a', host: 'x' }, 1);
    jobs.inc({ queue: 'a', host: 'y' }, 2);
    jobs.inc({ queue: 'b"\\\n', host: 'y' }, 4);
    expect(aggregator.aggregateByLabels('jobs_total', ['queue'])).toEqual({ a: 3, 'b"\\\n': 4 });
    expect(aggregator.aggregateByLabels('jobs_total', ['host', 'queue'])).toEqual({
      'host="x",queue="a"': 1,
      'host="y",queue="a"': 2,
      [String.raw`host="y",queue="b\"\\\n"`]: 4,
    });
    expect(aggregator.aggregateByLabels('jobs_total', [])).toEqual({ '': 7 });
    expect(aggregator.aggregateByLabels('jobs_total', ['zone'])).toEqual({ '': 7 });
    const matchers = [{ name: 'queue', op: '!=', value: 'a' }] as const;
    expect(aggregator.aggregateByLabels('jobs_total', ['queue'], { fn: 'avg', matchers })).toEqual({ 'b"\\\n': 4 });
    expect(aggregator.aggregateByLabels('jobs_total', ['queue'], { fn: 'max' })).toEqual({ a: 2, 'b"\\\n': 4 });
    expect(aggregator.aggregateByLabels('nothing', ['queue'])).toEqual({});
  });

  it('counts observations of histograms, and takes any label value as it is', () => {
    const { metrics, aggregator } = setup();
    const seconds = metrics.histogram({ name: 'seconds', description: 'D.', labels: ['route'], buckets: [1] });
    seconds.observe({ route: '__proto__' }, 0.5);
    seconds.observe({ route: '__proto__' }, 5);
    expect(Object.entries(aggregator.aggregateByLabels('seconds', ['route']))).toEqual([['__proto__', 2]]);
  });

  it('has what happened in a window', async () => {
    const { metrics, aggregator, ticks } = setup();
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    await ticks(12, (tick) => {
      jobs.inc({ queue: tick < 6 ? 'a' : 'b' });
      depth.set(tick);
    });
    const options = { window: '1m' } as const;
    expect(aggregator.aggregateByLabels('jobs_total', ['queue'], options)).toEqual({ a: 0, b: 5 });
    // The present counts as a sample: 7, 8, 9, 10, 11 and 11.
    expect(aggregator.aggregateByLabels('depth', [], options)['']).toBeCloseTo(56 / 6, 12);
    expect(aggregator.aggregateByLabelsDetailed('jobs_total', ['queue'], { window: '4m' })).toEqual({
      a: { value: 6, coverage: 0.5, reason: 'observation_began' },
      b: { value: 6, coverage: 0.5, reason: 'observation_began' },
    });
  });
});

describe('trends', () => {
  it('of a gauge have the slope that deriv has, and the forecast of predict_linear', async () => {
    const { metrics, aggregator, ticks, history, clock } = setup({ retentionMs: 2 * HOUR });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    await ticks(200, (tick) => depth.set(100 + 0.37 * tick + 5 * Math.sin(tick * 1.7)));
    clock.advance(HOUR);
    const at = START + 1_990_000;
    const trend = aggregator.calculateTrend('depth', { start: new Date(START), end: new Date(at + 1) });
    const ask = (question: { readonly expression: ReturnType<typeof query>['expression'] | object }) =>
      history.readSync([{ expression: question.expression as never, startMs: at, endMs: at, stepMs: 0 }])[0]?.series[0]
        ?.values[0];
    expect(trend.sampleCount).toBe(200);
    expect(trend.slopePerSecond).toBe(ask(query('depth').deriv(at - START + 1)));
    expect(trend.forecast(600)).toBeCloseTo(Number(ask(query('depth').predictLinear(at - START + 1, 600))), 9);
    expect(trend).toMatchObject({ direction: 'increasing', coverage: 1 });
    expect(trend.robustSlope).toBeCloseTo(0.037, 3);
    expect(trend.pValue).toBeLessThan(1e-6);
    const breach = trend.breachTime(1000);
    expect(breach?.getTime()).toBeCloseTo(
      at + (1000 * (1000 - Number(trend.endValue))) / Number(trend.slopePerSecond),
      0,
    );
    expect(trend.breachTime(0)).toBeNull();
  });

  it('of a counter are those of its rate, of a histogram those of its mean or a quantile', async () => {
    const { metrics, aggregator, ticks } = setup({ retentionMs: 2 * HOUR });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] });
    const seconds = metrics.histogram({ name: 'seconds', description: 'D.', native: true, buckets: [] });
    await ticks(101, (tick) => {
      jobs.inc({ queue: 'a' }, tick);
      jobs.inc({ queue: 'b' }, 3);
      for (const factor of [1, 1, 1, 5]) seconds.observe(factor * 2 ** (tick / 50));
    });
    const span = range(0, 1_010_000);
    const rate = aggregator.calculateTrend('jobs_total', span);
    // One more job each tick, in 10 s: a rate that grows by 0.01 per second each second.
    expect(rate.slopePerSecond).toBeCloseTo(0.01, 12);
    expect(rate).toMatchObject({ direction: 'increasing', sampleCount: 100, coverage: 1 });
    expect(rate.rSquared).toBeCloseTo(1, 9);
    const calm = aggregator.calculateTrend('jobs_total', span, { matchers: [{ name: 'queue', op: '=', value: 'b' }] });
    expect(calm).toMatchObject({ direction: 'stable', slopePerSecond: 0, rSquared: null, changePercent: 0 });
    expect(calm.breachTime(10)).toBeNull();
    const mean = aggregator.calculateTrend('seconds', span);
    expect(mean.endValue).toBeGreaterThan(6);
    const median = aggregator.calculateTrend('seconds', span, { quantile: 0.5 });
    expect(median.startValue).toBeGreaterThan(0.5);
    expect(median.endValue).toBeLessThan(4.1);
    expect(median.direction).toBe('increasing');
  });

  it('put several series together, and stay silent about too little', async () => {
    const { metrics, aggregator, ticks, clock } = setup();
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.', labels: ['queue'] });
    await ticks(20, (tick) => {
      depth.set({ queue: 'a' }, tick);
      depth.set({ queue: 'b' }, 3 * tick);
    });
    clock.advance(MINUTE);
    const span = range(0, 200_000);
    expect(aggregator.calculateTrend('depth', span).slopePerSecond).toBeCloseTo(0.2, 12);
    expect(aggregator.calculateTrend('depth', span, { fn: 'sum' }).slopePerSecond).toBeCloseTo(0.4, 12);
    expect(aggregator.calculateTrend('depth', range(0, 60_000))).toMatchObject({
      direction: 'insufficient_data',
      sampleCount: 6,
    });
    const future = { start: new Date(clock.now() + HOUR), end: new Date(clock.now() + 2 * HOUR) };
    const unknown = aggregator.calculateTrend('depth', future);
    expect(unknown).toMatchObject({
      direction: 'insufficient_data',
      slopePerSecond: null,
      coverage: 0,
      sampleCount: 0,
    });
    expect([unknown.forecast(1), unknown.breachTime(1)]).toEqual([null, null]);
  });

  it('never invent a date that no calendar has', async () => {
    const { metrics, aggregator, ticks } = setup();
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    await ticks(20, (tick) => depth.set(1 + tick * 1e-13));
    expect(aggregator.calculateTrend('depth', range(0, 200_000)).breachTime(1e9)).toBeNull();
  });

  it('of days come from cells', async () => {
    const { metrics, aggregator, ticks } = setup();
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    await ticks(6 * 360, (tick) => {
      depth.set(tick);
      jobs.inc(2);
    });
    const span = range(0, 6 * HOUR);
    expect(aggregator.calculateTrend('depth', span).slopePerSecond).toBeCloseTo(0.1, 3);
    expect(aggregator.calculateTrend('jobs_total', span)).toMatchObject({ direction: 'stable' });
    expect(aggregator.calculateTrend('jobs_total', span).endValue).toBeCloseTo(0.2, 6);
  });
});

it('shares the history with others', () => {
  const { metrics, aggregator, history } = setup();
  const other = new MetricsAggregator(metrics, { history });
  expect(other.history).toBe(aggregator.history);
  expect(history).toBeInstanceOf(MetricsHistory);
});
