import { describe, expect, it, jest } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricsError } from '@bduf/metrics-core/interfaces';
import { ManualClock, query, type Query } from '@bduf/metrics-core/primitives';
import { MetricsHistory, type MetricsHistoryOptions } from '@bduf/metrics-aggregation';

/** Between two multiples of the interval, so that no sample lies on the edge of a window. */
const START = Date.UTC(2026, 0, 1) + 5000;

function setup(options: MetricsHistoryOptions = {}) {
  const clock = new ManualClock(START);
  const metrics = new MetricsCollector({ clock, strict: true });
  const history = new MetricsHistory(metrics, { clock, ...options });
  const ticks = async (count: number, each: (tick: number) => void = () => {}): Promise<void> => {
    for (let tick = 0; tick < count; tick++) {
      clock.advance(10_000);
      each(tick);
      await history.tick();
    }
  };
  const ask = (question: Query, atMs = clock.now()) => {
    const [answer] = history.readSync([{ expression: question.expression, startMs: atMs, endMs: atMs, stepMs: 0 }]);
    return answer ?? { series: [], coverage: NaN };
  };
  const values = (question: Query, atMs?: number): readonly number[] =>
    ask(question, atMs).series.map((series) => series.values[0] ?? NaN);
  return { clock, metrics, history, ticks, ask, values };
}

describe('tracking', () => {
  it('begins with the first question, whose answer says so', async () => {
    const { metrics, ticks, ask } = setup();
    metrics.counter({ name: 'jobs_total', description: 'Jobs.' }).inc(3);
    expect(ask(query('jobs_total').increase('1m'))).toEqual({ series: [], coverage: 0, reason: 'not_tracked' });
    await ticks(1);
    expect(ask(query('jobs_total').last()).series[0]?.values[0]).toBe(3);
    expect(ask(query('jobs_total').last())).toMatchObject({ coverage: 1 });
  });

  it('knows that a tracked metric without series has none', async () => {
    const { ticks, ask } = setup({ track: ['nothing_total'] });
    await ticks(7);
    expect(ask(query('nothing_total').increase('1m'))).toEqual({ series: [], coverage: 1 });
    expect(ask(query('nothing_total').increase('10m'))).toMatchObject({ reason: 'observation_began' });
  });

  it('is bounded', () => {
    const { history, ask } = setup({ maxMetrics: 1 });
    ask(query('one'));
    ask(query('two'));
    expect(history.status().trackedMetrics).toBe(1);
  });
});

describe('a history of all metrics', () => {
  it('has the present before its first tick, and what was counted since birth', async () => {
    const { metrics, clock, ticks, values, ask } = setup({ track: 'all', selfMetrics: false });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    jobs.inc(4);
    clock.advance(1000);
    expect(values(query('jobs_total').increase('1m'))).toEqual([4]);
    await ticks(2, () => jobs.inc());
    expect(values(query('jobs_total').increase('1m'))).toEqual([6]);
    expect(ask(query('nothing_total'))).toMatchObject({ coverage: 0, reason: 'not_tracked' });
  });

  it('hands out samples, the present among them, and says what metrics are', async () => {
    const { metrics, clock, history, ticks } = setup({ track: 'all', selfMetrics: false });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.', labels: ['queue'] });
    await ticks(3, (tick) => depth.set({ queue: 'a' }, tick));
    depth.set({ queue: 'b' }, 9);
    clock.advance(1000);
    const selector = { metric: 'depth', matchers: [{ name: 'queue', op: '=', value: 'a' }] } as const;
    const [series, ...others] = history.select(selector, 0, clock.now());
    expect(others).toEqual([]);
    expect(series).toMatchObject({ labels: { queue: 'a' }, type: 'gauge' });
    expect(Array.from(series?.values ?? [])).toEqual([0, 1, 2, 2]);
    expect(history.observation('depth')).toEqual({ sinceMs: START + 10_000, reason: 'observation_began' });
    expect(history.describe('depth')).toEqual({ type: 'gauge', upperBounds: [], leastSchema: undefined });
    expect(history.describe('nothing')).toBeUndefined();
  });
});

describe('answers', () => {
  it('include the present, and count from 0 at the birth of a series', async () => {
    const { metrics, ticks, ask, values, clock } = setup({ track: ['jobs_total'] });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] });
    await ticks(6);
    await ticks(6, () => jobs.inc({ queue: 'mail' }));
    jobs.inc({ queue: 'mail' }, 10);
    clock.advance(3000);
    expect(values(query('jobs_total').increase('2m'))).toEqual([16]);
    expect(values(query('jobs_total'))).toEqual([16]);
    expect(ask(query('jobs_total').increase('1m')).series).toMatchObject([{ labels: { queue: 'mail' }, coverage: 1 }]);
  });

  it('take a reset for what it is, and a decrease of a gauge for what it is', async () => {
    const { metrics, ticks, values } = setup({ track: ['jobs_total', 'depth'] });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    await ticks(40, (tick) => {
      if (tick === 20) jobs.remove({});
      jobs.inc(2);
      depth.set(100 - tick);
    });
    expect(values(query('jobs_total').increase('10m'))).toEqual([80]);
    expect(values(query('jobs_total').resets('5m'))).toEqual([1]);
    expect(values(query('depth').delta('1m'))).toEqual([-6]);
  });

  it('leave gaps where a series was removed', async () => {
    const { metrics, ticks, values, clock } = setup({ track: ['depth'] });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.', labels: ['queue'] });
    await ticks(3, () => depth.set({ queue: 'a' }, 1));
    depth.remove({ queue: 'a' });
    await ticks(3);
    expect(values(query('depth'))).toEqual([]);
    expect(values(query('depth'), clock.now() - 30_000)).toEqual([1]);
    expect(values(query('depth'), clock.now() - 15_000)).toEqual([]);
    await ticks(1, () => depth.set({ queue: 'a' }, 5));
    expect(values(query('depth'))).toEqual([5]);
    expect(values(query('depth').countOverTime('2m'))).toEqual([4]);
  });

  it('come from coarser tiers where finer ones do not reach', async () => {
    const { metrics, history, ticks, ask, values, clock } = setup({ track: ['jobs_total', 'depth'] });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    const depth = metrics.gauge({ name: 'depth', description: 'Depth.' });
    await ticks(6 * 60 * 5, (tick) => {
      jobs.inc();
      depth.set(tick % 60 === 30 ? 1000 : tick % 7);
    });
    const now = clock.now() - 5000;
    expect(history.resolutionMs('depth', now - 60_000)).toBe(10_000);
    expect(history.resolutionMs('depth', now - 3_600_000)).toBe(60_000);
    expect(history.resolutionMs('depth', now - 4 * 3_600_000)).toBe(600_000);
    for (const hours of [1, 2, 4]) {
      expect(values(query('jobs_total').increase(hours * 3_600_000), now)).toEqual([hours * 360]);
      expect(values(query('depth').maxOverTime(hours * 3_600_000), now)).toEqual([1000]);
      expect(values(query('depth').countOverTime(hours * 3_600_000), now)).toEqual([hours * 360]);
      expect(ask(query('jobs_total').increase(hours * 3_600_000), now).coverage).toBe(1);
    }
    expect(ask(query('jobs_total').increase('30h'), now)).toMatchObject({ reason: 'observation_began' });
    expect(values(query('jobs_total').increase('5h'), now)).toEqual([1799]);
  });

  it('have quantiles of classic and native histograms, in every tier', async () => {
    const { metrics, ticks, values, clock } = setup({ track: ['seconds', 'native_seconds'] });
    const seconds = metrics.histogram({ name: 'seconds', description: 'Duration.', buckets: [1, 2, 4] });
    const native = metrics.histogram({ name: 'native_seconds', description: 'Duration.', native: true, buckets: [] });
    await ticks(6 * 60 * 4, () => {
      for (const value of [0.5, 1.5, 3, 3]) {
        seconds.observe(value);
        native.observe(value);
      }
    });
    const now = clock.now() - 5000;
    for (const window of ['5m', '1h', '3h'] as const) {
      expect(values(query('seconds').increase(window).quantile(0.5), now)).toEqual([2]);
      const [median] = values(query('native_seconds').rate(window).quantile(0.75), now);
      expect(median).toBeGreaterThan(2.9);
      expect(median).toBeLessThan(3.1);
    }
    expect(values(query('seconds').increase('1h').count(), now)).toEqual([1440]);
    expect(values(query('native_seconds').increase('3h').total(), now)).toEqual([8 * 1080]);
  });

  it('ask callback metrics when they can wait', async () => {
    const { metrics, history, clock } = setup({ track: ['depth'] });
    let depth = 1;
    metrics.gauge({
      name: 'depth',
      description: 'Depth.',
      collect: async ({ set }) => {
        await Promise.resolve();
        set(depth);
      },
    });
    clock.advance(10_000);
    await history.tick();
    clock.advance(5000);
    depth = 7;
    const question = { expression: query('depth').expression, startMs: clock.now(), endMs: clock.now(), stepMs: 0 };
    const [answer] = await history.read([question]);
    expect(answer?.series[0]?.values[0]).toBe(7);
    await expect(history.read([{ ...question, endMs: 0 }])).rejects.toMatchObject({
      code: 'METRICS_ERR_ARGUMENT_INVALID',
    });
  });
});

describe('the ticks', () => {
  it('come at every multiple of the interval, until they are stopped', async () => {
    const { clock, metrics, history } = setup({ track: ['depth'] });
    metrics.gauge({ name: 'depth', description: 'Depth.' }).set(1);
    history.start();
    history.start();
    for (let second = 0; second < 60; second++) {
      clock.advance(1000);
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(history.status().ticks).toBe(6);
    history.stop();
    clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
    expect(history.status().ticks).toBe(6);
  });

  it('never go back in time', async () => {
    const { clock, history, ticks, values, metrics } = setup({ track: ['jobs_total'] });
    const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
    await ticks(6, () => jobs.inc());
    clock.jumpTo(START - 3_600_000);
    await ticks(6, () => jobs.inc());
    expect(history.status().ticks).toBe(12);
    expect(values(query('jobs_total').increase('2m'), START + 120_000)).toEqual([12]);
  });

  it('are reported when they fail', async () => {
    const onError = jest.fn<(error: MetricsError) => void>();
    const { clock, metrics, history } = setup({ onError, selfMetrics: false });
    jest.spyOn(metrics, 'gather').mockRejectedValue(new Error('no'));
    history.start();
    clock.advance(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: 'METRICS_ERR_CALLBACK_FAILED' }));
    history.close();
  });

  it('do not pile up', async () => {
    const { history } = setup();
    await Promise.all([history.tick(), history.tick()]);
    expect(history.status()).toMatchObject({ ticks: 1, skippedTicks: 1 });
  });
});
