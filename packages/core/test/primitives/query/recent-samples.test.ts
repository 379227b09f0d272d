import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily, QueryExpression } from '@bduf/metrics-core/interfaces';
import {
  ManualClock,
  RecentSamples,
  type RecentSamplesOptions,
  evaluateQueries,
  query,
} from '@bduf/metrics-core/primitives';

const TICK_MS = 10_000;

/** A collector whose read-outs are appended tick by tick. */
function setUp(options: RecentSamplesOptions = {}) {
  const clock = new ManualClock(1_000_000);
  const collector = new MetricsCollector({ clock, strict: true });
  const samples = new RecentSamples(options);
  const tick = async (): Promise<void> => {
    clock.advance(TICK_MS);
    samples.append(await collector.gather(), clock.now());
  };
  const ask = (expression: QueryExpression) => {
    const now = clock.now();
    const [answer] = evaluateQueries([{ expression, startMs: now, endMs: now, stepMs: 0 }], samples);
    if (answer === undefined) throw new Error('There is no answer');
    return answer;
  };
  const values = (expression: QueryExpression) => ask(expression).series.map(({ values: column }) => column[0]);
  return { clock, collector, samples, tick, ask, values };
}

describe('recent samples', () => {
  it('answer what was counted since a moment', async () => {
    const { collector, tick, values } = setUp();
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: { queue: String } });
    jobs.inc({ queue: 'mail' }, 5);
    await tick();
    jobs.inc({ queue: 'mail' }, 7);
    jobs.inc({ queue: 'file' }, 50);
    await tick();
    const byQueue = query('jobs_total');
    expect(values(byQueue.increase('10s').expression)).toEqual([50, 7]);
    expect(values(byQueue.where({ queue: 'file' }).increase('5m').expression)).toEqual([50]);
    expect(values(byQueue.increase('5m').sum().expression)).toEqual([62]);
    expect(values(byQueue.expression)).toEqual([50, 12]);
  });

  it('know resets by the time of creation, also when the value does not fall', async () => {
    const { clock, collector, tick, values } = setUp();
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.' });
    jobs.inc(3);
    await tick();
    clock.advance(1);
    jobs.remove({});
    jobs.inc(4);
    await tick();
    jobs.inc(2);
    await tick();
    expect(values(query('jobs_total').increase('35s').expression)).toEqual([9]);
    expect(values(query('jobs_total').increase('15s').expression)).toEqual([6]);
    expect(values(query('jobs_total').resets('1m').expression)).toEqual([1]);
  });

  it('end a series that is removed, and count what it counted', async () => {
    const { collector, tick, values, ask } = setUp();
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: { queue: String } });
    jobs.inc({ queue: 'mail' }, 5);
    jobs.inc({ queue: 'file' }, 1);
    await tick();
    jobs.inc({ queue: 'mail' }, 2);
    await tick();
    jobs.remove({ queue: 'mail' });
    await tick();
    expect(values(query('jobs_total').expression)).toEqual([1]);
    expect(values(query('jobs_total').increase('1m').sum().expression)).toEqual([8]);
    expect(ask(query('jobs_total').increase('20s').expression).coverage).toBe(1);
    jobs.inc({ queue: 'mail' }, 3);
    await tick();
    expect(values(query('jobs_total').where({ queue: 'mail' }).increase('35s').expression)).toEqual([5]);
    expect(values(query('jobs_total').where({ queue: 'mail' }).increase('5s').expression)).toEqual([3]);
  });

  it('keep series apart when rows are renumbered', async () => {
    const { collector, tick, values } = setUp();
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: { id: String } });
    for (let round = 0; round < 30; round++) {
      for (let id = 0; id < 10; id++) jobs.inc({ id: `${round}-${id}` });
      jobs.inc({ id: 'stays' });
      await tick();
      for (let id = 0; id < 10; id++) jobs.remove({ id: `${round}-${id}` });
    }
    expect(values(query('jobs_total').where({ id: 'stays' }).increase('200s').expression)).toEqual([20]);
    expect(values(query('jobs_total').where({ id: 'stays' }).expression)).toEqual([30]);
  });

  it('answer from explicit and native buckets', async () => {
    const { collector, tick, values } = setUp();
    const definition = { description: 'Time.', unit: 'seconds' };
    const explicit = collector.histogram({ ...definition, name: 'explicit_seconds', buckets: [1, 2, 4] });
    const native = collector.histogram({ ...definition, name: 'native_seconds', buckets: [], native: true });
    for (let value = 1; value <= 100; value++) native.observe(value);
    explicit.observe(0.5);
    await tick();
    for (let value = 1; value <= 1000; value++) {
      explicit.observe((value / 1000) * 4);
      native.observe(value / 100);
    }
    await tick();
    expect(values(query('explicit_seconds').increase('10s').quantile(0.5).expression)[0]).toBeCloseTo(2, 9);
    expect(values(query('explicit_seconds').increase('10s').count().expression)).toEqual([1000]);
    const median = values(query('native_seconds').increase('10s').quantile(0.5).expression)[0] ?? NaN;
    expect(Math.abs(median / 5 - 1)).toBeLessThan(0.1);
    expect(values(query('native_seconds').increase('10s').sum().average().expression)[0]).toBeCloseTo(5.005, 9);
    expect(values(query('native_seconds').increase('1m').total().expression)[0]).toBeCloseTo(5005 + 5050, 6);
  });

  it('prefer native buckets to explicit ones, except where those are asked for', async () => {
    const { collector, tick, values } = setUp();
    const both = collector.histogram({
      name: 'both_seconds',
      description: 'Time.',
      unit: 'seconds',
      buckets: [100],
      native: true,
    });
    await tick();
    for (let value = 1; value <= 100; value++) both.observe(value);
    await tick();
    const increase = query('both_seconds').increase('1m');
    const [median] = values(increase.quantile(0.5).expression);
    expect(Math.abs((median ?? NaN) / 50 - 1)).toBeLessThan(0.1);
    expect(values(increase.sum().fractionAbove(75).expression)[0]).toBeCloseTo(0.25, 1);
    expect(values(increase.sum().buckets().expression)).toEqual([100, 100]);
  });

  it('keep native buckets while old samples leave', async () => {
    const { collector, tick, values } = setUp({ retentionMs: 60_000 });
    const native = collector.histogram({
      name: 'native_seconds',
      description: 'Time.',
      unit: 'seconds',
      buckets: [],
      native: true,
    });
    for (let round = 0; round < 200; round++) {
      for (let value = 0; value < 5; value++) native.observe((round % 7) + value - 2);
      await tick();
    }
    expect(values(query('native_seconds').increase('30s').count().expression)).toEqual([15]);
    // The last three rounds are 1, 2 and 3 modulo 7: observations from -1 to 5.
    expect(values(query('native_seconds').increase('30s').fractionAbove(0.5).expression)[0]).toBeCloseTo(12 / 15, 1);
  });

  it('drop what is older than the retention, and say so', async () => {
    const { collector, samples, tick, ask } = setUp({ retentionMs: 60_000 });
    const gauge = collector.gauge({ name: 'queue_size', description: 'Size.' });
    for (let round = 0; round < 1000; round++) {
      gauge.set(round);
      await tick();
    }
    expect(samples.status()).toMatchObject({ seriesCount: 1, evictedSamples: 0 });
    expect(samples.status().sampleCount).toBeLessThan(10);
    expect(samples.status().usedBytes).toBeLessThan(2000);
    expect(ask(query('queue_size').maxOverTime('1m').expression)).toMatchObject({ coverage: 1 });
    const tooLong = ask(query('queue_size').avgOverTime('2m').expression);
    expect(tooLong).toMatchObject({ reason: 'before_retention' });
    expect(tooLong.coverage).toBeCloseTo(0.5, 1);
  });

  it('say what they do not know', async () => {
    const { collector, samples, tick, ask } = setUp();
    const nothing = { series: [], coverage: 0 };
    expect(ask(query('jobs_total').expression)).toEqual({ ...nothing, reason: 'unknown_metric' });
    samples.track(['jobs_total']);
    expect(ask(query('jobs_total').expression)).toEqual({ ...nothing, reason: 'not_tracked' });
    collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: { queue: String } });
    await tick();
    await tick();
    expect(ask(query('jobs_total').increase('5s').expression)).toEqual({ series: [], coverage: 1 });
    expect(ask(query('jobs_total').increase('40s').expression)).toEqual({
      series: [],
      coverage: 0.25,
      reason: 'observation_began',
    });
  });

  it('know that there was nothing to see before the first series of a metric', async () => {
    const { collector, tick, ask } = setUp();
    const others = collector.gauge({ name: 'other', description: 'Another metric.' });
    others.set(1);
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: { queue: String } });
    for (let round = 0; round < 10; round++) await tick();
    jobs.inc({ queue: 'mail' }, 6);
    await tick();
    expect(ask(query('jobs_total').rate('1m').expression)).toMatchObject({ coverage: 1, series: [{ coverage: 1 }] });
    expect(ask(query('jobs_total').rate('1m').expression).series[0]?.values).toEqual(Float64Array.of(0.1));
  });

  it('do not carry a value over a time in which nobody looked', async () => {
    const { clock, collector, tick, ask, values } = setUp({ interruptedAfterMs: 60_000 });
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.' });
    jobs.inc(1);
    await tick();
    await tick();
    jobs.inc(10);
    clock.advance(120_000);
    await tick();
    // What was counted meanwhile is known, but not when.
    expect(values(query('jobs_total').increase('60s').expression)).toEqual([]);
    expect(values(query('jobs_total').increase('145s').expression)).toEqual([10]);
    const asked = ask(query('jobs_total').increase('135s').expression);
    expect(asked.reason).toBe('interrupted');
    expect(asked.coverage).toBeCloseTo(5 / 135, 9);
  });

  it('stay within their bytes: younger samples give way, new series are refused, both is counted', async () => {
    const { collector, samples, tick, values } = setUp({ maxBytes: 40_000, retentionMs: 3_600_000 });
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: { id: String } });
    for (let round = 0; round < 100; round++) {
      for (let id = 0; id < 100; id++) jobs.inc({ id: `${id}` });
      await tick();
    }
    for (let id = 100; id < 400; id++) jobs.inc({ id: `${id}` });
    await tick();
    const status = samples.status();
    expect(status.usedBytes).toBeLessThanOrEqual(40_000);
    expect(status.evictedSamples).toBeGreaterThan(0);
    expect(status.refusedSeries).toBeGreaterThan(0);
    expect(values(query('jobs_total').where({ id: '7' }).increase('30s').expression)).toEqual([2]);
  });

  it('give the memory of series back that are gone', async () => {
    const { collector, samples, tick } = setUp({ retentionMs: 30_000 });
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: { id: String } });
    for (let round = 0; round < 50; round++) {
      jobs.inc({ id: `${round}` });
      await tick();
      jobs.remove({ id: `${round}` });
    }
    expect(samples.status().seriesCount).toBeLessThan(6);
    expect(samples.status().usedBytes).toBeLessThan(6 * 300);
  });

  it('ignore a read-out that is not younger than the one before', async () => {
    const { clock, collector, samples, tick, values } = setUp();
    const jobs = collector.counter({ name: 'jobs_total', description: 'Jobs.' });
    jobs.inc();
    await tick();
    jobs.inc();
    samples.append(await collector.gather(), clock.now());
    expect(values(query('jobs_total').expression)).toEqual([1]);
  });

  it('begin anew when a metric comes back with other columns', async () => {
    const { collector, tick, values } = setUp();
    const first = collector.histogram({ name: 'x_seconds', description: 'Time.', unit: 'seconds', buckets: [1] });
    first.observe(0.5);
    await tick();
    collector.unregisterMetric('x_seconds');
    const second = collector.histogram({ name: 'x_seconds', description: 'Time.', unit: 'seconds', buckets: [1, 2] });
    second.observe(1.5);
    await tick();
    expect(values(query('x_seconds').buckets().expression)).toEqual([1, 0, 1]);
  });

  it.each(['retentionMs', 'maxBytes', 'interruptedAfterMs'])('refuse 0 as %s', (name) => {
    expect(() => new RecentSamples({ [name]: 0 })).toThrow(`${name} is 0`);
  });

  it('take families without times of creation, and guess resets by decreases', () => {
    const samples = new RecentSamples();
    const identity = {};
    const family = (value: number): MetricFamily => ({
      name: 'imported_total',
      type: 'unknown',
      description: '',
      unit: '',
      labelNames: [],
      constantLabels: [],
      labelValues: [],
      upperBounds: [],
      quantiles: [],
      width: 1,
      identity,
      epoch: 0,
      blocks: [
        {
          rowCount: 1,
          labelIds: new Int32Array(),
          values: Float64Array.of(value),
          createdMs: Float64Array.of(NaN),
          hidden: undefined,
          native: undefined,
          exemplars: [],
        },
      ],
    });
    for (const [index, value] of [100, 110, 5, 6].entries()) samples.append([family(value)], (index + 1) * TICK_MS);
    const expression = query('imported_total').increase('1m').expression;
    const [answer] = evaluateQueries([{ expression, startMs: 40_000, endMs: 40_000, stepMs: 0 }], samples);
    expect(answer?.series[0]?.values).toEqual(Float64Array.of(16));
  });
});
