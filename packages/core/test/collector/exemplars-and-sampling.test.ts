import { describe, expect, it } from '@jest/globals';
import { MetricsCollector, type MetricsCollectorOptions } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';

const collectorWith = (options: MetricsCollectorOptions = {}): MetricsCollector =>
  new MetricsCollector({ clock: new ManualClock(1000), onError: () => undefined, ...options });

describe('exemplars', () => {
  it('given by hand are kept for the bucket or counter they belong to, the latest of each', () => {
    const collector = collectorWith();
    const histogram = collector.histogram({ name: 'h', description: 'H.', labels: ['a'], buckets: [1, 2] });
    histogram.observe({ a: 'other' }, 1);
    histogram.observe({ a: '1' }, 0.5, { trace_id: 'old' });
    histogram.observe({ a: '1' }, 0.7, { trace_id: 'new' });
    histogram.labels({ a: '1' }).observe(5, { trace_id: 'inf' });
    const counter = collector.counter({ name: 'c_total', description: 'C.' });
    counter.inc(3, { trace_id: 'c' });
    expect(histogram.read().blocks[0]?.exemplars).toEqual([
      { row: 1, column: 0, value: 0.7, timestampMs: 1000, labels: { trace_id: 'new' } },
      { row: 1, column: 2, value: 5, timestampMs: 1000, labels: { trace_id: 'inf' } },
    ]);
    expect(counter.read().blocks[0]?.exemplars).toMatchObject([{ row: 0, column: 0, value: 3 }]);
    histogram.remove({ a: '1' });
    expect(histogram.read().blocks[0]?.exemplars).toEqual([]);
  });

  it.each([
    ['too long', { trace_id: 'x'.repeat(130) }],
    ['badly named', { 'trace id': 'x' }],
  ])('that are %s are left out and counted; the record is kept', (_, exemplar) => {
    const collector = collectorWith();
    const counter = collector.counter({ name: 'c_total', description: 'C.' });
    counter.inc(1, exemplar);
    expect(counter.values()[0]?.value).toBe(1);
    expect(counter.read().blocks[0]?.exemplars).toEqual([]);
    expect(collector.getMetric('metrics_adjusted_total')?.values()).toMatchObject([
      { labels: { metric: 'c_total', reason: 'invalid_exemplar' }, value: 1 },
    ]);
  });

  it('count code points, not UTF-16 units', () => {
    const counter = collectorWith().counter({ name: 'c_total', description: 'C.' });
    counter.inc(1, { t: '😀'.repeat(127) });
    expect(counter.read().blocks[0]?.exemplars).toHaveLength(1);
  });

  it('come from the source for metrics that ask for it, whatever the source does', () => {
    let current: (() => Record<string, string> | undefined) | undefined;
    const collector = collectorWith({ exemplarSource: () => current?.() });
    const asking = collector.histogram({ name: 'h', description: 'H.', exemplars: true, buckets: [1] });
    const silent = collector.histogram({ name: 'i', description: 'I.', buckets: [1] });
    for (const source of [
      undefined,
      () => ({ trace_id: 't1' }),
      () => {
        throw new Error('no context');
      },
    ]) {
      current = source;
      asking.observe(0.5);
      silent.observe(0.5);
    }
    expect(asking.values()[0]?.value).toBe(3);
    expect(asking.read().blocks[0]?.exemplars).toMatchObject([{ labels: { trace_id: 't1' } }]);
    expect(silent.read().blocks[0]?.exemplars).toEqual([]);
  });
});

describe('sampling', () => {
  const calls = 200_000;
  const every = 20;
  /** Four standard deviations of the estimate: a false alarm in 16 000 runs. */
  const tolerance = 4 * Math.sqrt(calls * (every - 1));

  it('estimates counts and sums without bias, also through children', () => {
    const collector = collectorWith();
    const counter = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'], sampleEvery: every });
    const histogram = collector.histogram({ name: 'h', description: 'H.', buckets: [1], sampleEvery: every });
    const summary = collector.summary({ name: 's', description: 'S.', sampleEvery: every });
    const child = counter.labels({ a: 'child' });
    for (let call = 0; call < calls; call++) {
      counter.inc({ a: 'direct' });
      child.inc();
      histogram.observe(call % 2 === 0 ? 0.5 : 2);
      summary.observe(1);
    }
    const [childCount, directCount] = counter.values().map(({ value }) => value);
    expect(Math.abs((childCount ?? 0) - calls)).toBeLessThan(tolerance);
    expect(Math.abs((directCount ?? 0) - calls)).toBeLessThan(tolerance);
    const [low = 0, high = 0, sum = 0] = histogram.read().blocks[0]?.values ?? [];
    expect(Math.abs(low + high - calls)).toBeLessThan(tolerance);
    expect(Math.abs(low - high)).toBeLessThan(tolerance);
    expect(sum).toBe(low * 0.5 + high * 2);
    expect(low % every).toBe(0);
    expect(Math.abs((summary.values()[0]?.value ?? 0) - calls)).toBeLessThan(tolerance);
  });
});
