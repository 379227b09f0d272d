import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { Metric } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';

function quiet(): { collector: MetricsCollector; clock: ManualClock } {
  const clock = new ManualClock();
  return { clock, collector: new MetricsCollector({ clock, onError: () => undefined }) };
}

function series(metric: Metric): Record<string, number> {
  return Object.fromEntries(metric.values().map(({ labels, value }) => [Object.values(labels ?? {}).join(','), value]));
}

describe('a series budget', () => {
  it('sends what goes beyond it to one overflow series, and counts it', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'b'], maxSeries: 2 });
    for (const a of ['1', '2', '3', '4', '1', '3']) counted.inc({ a, b: 'x' });
    expect(series(counted)).toEqual({ '1,x': 2, '2,x': 1, '__overflow__,__overflow__': 3 });
    expect(collector.getMetric('metrics_adjusted_total')?.values()).toMatchObject([
      { labels: { metric: 'c_total', reason: 'series_limit' }, value: 3 },
    ]);
  });

  it('keeps nothing of a label set that it refuses', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'n'], maxSeries: 10 });
    for (let i = 0; i < 10; i++) counted.inc({ a: `v${i}`, n: i });
    const before = collector.inspect().metrics.find(({ name }) => name === 'c_total');
    for (let i = 0; i < 100_000; i++) counted.inc({ a: `attack ${i}`, n: i + 1e6 });
    const after = collector.inspect().metrics.find(({ name }) => name === 'c_total');
    expect(after?.series).toBe(11);
    expect(after?.labels).toEqual([
      { name: 'a', values: 11 },
      { name: 'n', values: 11 },
    ]);
    expect((after?.bytes ?? 0) - (before?.bytes ?? 0)).toBeLessThan(2000);
  });

  it('has room again after series were removed', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'], maxSeries: 3 });
    for (const a of ['1', '2', '3']) counted.inc({ a });
    expect(counted.remove({ a: '2' })).toBe(1);
    counted.inc({ a: '4' });
    expect(series(counted)).toEqual({ 1: 1, 4: 1, 3: 1 });
  });

  it('holds for the values of one label too', () => {
    const { collector } = quiet();
    const counted = collector.counter({
      name: 'c_total',
      description: 'C.',
      labels: ['tool', 'outcome'],
      maxLabelValues: { tool: 2 },
    });
    for (const tool of ['a', 'b', 'c', 'd']) counted.inc({ tool, outcome: 'ok' });
    counted.inc({ tool: 'e', outcome: 'error' });
    expect(series(counted)).toEqual({ 'a,ok': 1, 'b,ok': 1, '__overflow__,ok': 2, '__overflow__,error': 1 });
  });

  it('of the collector holds where the definition says none', () => {
    const collector = new MetricsCollector({ limits: { seriesPerMetric: 1 }, onError: () => undefined });
    const gauge = collector.gauge({ name: 'g', description: 'G.', labels: ['a'] });
    gauge.set({ a: '1' }, 1);
    gauge.set({ a: '2' }, 2);
    expect(series(gauge)).toEqual({ 1: 1, __overflow__: 2 });
  });
});

describe('remove', () => {
  it('takes series by exact and by partial match and says how many', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'b'] });
    for (const a of ['1', '2']) for (const b of ['x', 'y']) counted.inc({ a, b });
    expect(counted.remove({ a: '1' })).toBe(2);
    expect(counted.remove({ a: '2', b: 'x' })).toBe(1);
    expect(counted.remove({ a: 'unknown' })).toBe(0);
    expect(counted.remove({ nonsense: '1' })).toBe(0);
    expect(series(counted)).toEqual({ '2,y': 1 });
    expect(counted.remove({})).toBe(1);
    expect(series(counted)).toEqual({});
  });

  it('lets a series start anew from zero, with a new creation time, also through a child', () => {
    const { collector, clock } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    const child = counted.labels({ a: '1' });
    child.inc(5);
    const createdMs = counted.read().blocks[0]?.createdMs[0];
    counted.remove({ a: '1' });
    clock.advance(1000);
    expect(series(counted)).toEqual({});
    child.inc(0);
    expect(series(counted)).toEqual({ 1: 0 });
    child.inc(2);
    expect(series(counted)).toEqual({ 1: 2 });
    expect(counted.read().blocks[0]?.createdMs[0]).toBe((createdMs ?? 0) + 1000);
  });

  it('works for every type of metric', () => {
    const { collector } = quiet();
    const gauge = collector.gauge({ name: 'g', description: 'G.', labels: ['a'] });
    const histogram = collector.histogram({ name: 'h', description: 'H.', native: true });
    const summary = collector.summary({ name: 's', description: 'S.' });
    gauge.set({ a: '1' }, -0);
    histogram.observe(3);
    summary.observe(3);
    for (const metric of [gauge, histogram, summary]) {
      expect(metric.remove({})).toBe(1);
      expect(metric.values()).toEqual([]);
    }
    gauge.set({ a: '1' }, -0);
    histogram.observe(-0);
    summary.observe(-0);
    expect([gauge, histogram, summary].map((metric) => metric.values()[0]?.value)).toEqual([0, 1, 1]);
    expect(histogram.read().blocks[0]?.native?.positiveCounts).toHaveLength(0);
    expect(summary.read().blocks[0]?.values.slice(0, 4)).toEqual(Float64Array.of(0, 0, 0, 0));
  });

  it('keeps the rows of others in place, so that caches by row stay right', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    for (const a of ['1', '2', '3']) counted.inc({ a });
    const before = counted.read();
    counted.remove({ a: '2' });
    const after = counted.read();
    expect(after.epoch).toBe(before.epoch);
    expect(after.blocks[0]?.hidden).toEqual(Uint8Array.of(0, 1, 0));
    expect([...(after.blocks[0]?.labelIds.slice(0, 3) ?? [])]).toEqual([0, 1, 2]);
  });
});

describe('churning label values', () => {
  it('do not grow the memory: rows and values of removed series are given to new ones', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['user'], maxSeries: 1000 });
    let last = 0;
    for (let generation = 0; generation < 50; generation++) {
      for (let user = 0; user < 500; user++) counted.inc({ user: `${generation}-${user}` });
      last = collector.inspect().metrics.find(({ name }) => name === 'c_total')?.labels[0]?.values ?? 0;
      counted.read();
      counted.remove({});
    }
    expect(last).toBeLessThan(1100);
    expect(counted.read().blocks[0]?.rowCount).toBeLessThan(1100);
  });

  it.each([undefined, null])('give their rows to others, which labels that are %s do not mean', (missing) => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['user'], maxSeries: 1 });
    for (let n = 0; n < 3; n++) counted.inc({ user: 'first' });
    counted.remove({ user: 'first' });
    counted.inc({ user: 'second' });
    // What callers without types pass.
    const labels = { user: missing } as unknown as { readonly user: string };
    counted.inc(labels);
    counted.inc(labels);
    expect(series(counted)).toEqual({ second: 1, __overflow__: 2 });
  });

  it('leave read-outs that were taken before as they were', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['user'], maxSeries: 40 });
    for (let user = 0; user < 40; user++) counted.inc({ user: `old${user}` }, user);
    const before = counted.read();
    const namesOf = (): readonly string[] => {
      const block = before.blocks[0];
      return Array.from(
        { length: block?.rowCount ?? 0 },
        (_, row) => before.labelValues[0]?.[block?.labelIds[row] ?? 0] ?? '',
      );
    };
    const names = namesOf();
    counted.remove({});
    for (let user = 0; user < 40; user++) counted.inc({ user: `new${user}` });
    expect(namesOf()).toEqual(names);
    expect(counted.read().epoch).toBeGreaterThan(before.epoch);
    expect(Object.keys(series(counted)).every((user) => user.startsWith('new'))).toBe(true);
  });

  it('keep their ids for as long as an epoch', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['user'] });
    for (let user = 0; user < 40; user++) counted.inc({ user: `old ${user}` });
    counted.remove({});
    // Some of these take the place of removed series, the others only an id that is free again.
    const readOuts = Array.from({ length: 60 }, (_, user) => {
      counted.inc({ user: `new ${user}` });
      const { epoch, labelValues } = counted.read();
      return { epoch, users: [...(labelValues[0] ?? [])] };
    });
    for (const [at, { epoch, users }] of readOuts.entries()) {
      const before = readOuts[at - 1];
      const kept = before?.epoch === epoch ? before.users : [];
      expect(users.slice(0, kept.length)).toEqual(kept);
    }
    expect(new Set(readOuts.map(({ epoch }) => epoch)).size).toBeLessThan(40);
  });

  it('never take the row of a child that is still held', () => {
    const { collector } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['user'], maxSeries: 20 });
    const child = counted.labels({ user: 'held' });
    for (let round = 0; round < 20; round++) {
      for (let user = 0; user < 19; user++) counted.inc({ user: `${round}-${user}` });
      counted.remove({});
    }
    child.inc(7);
    expect(series(counted)).toEqual({ held: 7 });
  });
});

describe('an idle time', () => {
  it('hides series on which nothing was recorded, and only those', () => {
    const { collector, clock } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'], ttlMs: 60_000 });
    counted.inc({ a: 'idle' });
    counted.inc({ a: 'busy' });
    counted.read();
    for (let minute = 0; minute < 3; minute++) {
      clock.advance(30_000);
      counted.inc({ a: 'busy' });
      counted.read();
    }
    expect(series(counted)).toEqual({ busy: 4 });
    counted.inc({ a: 'idle' });
    expect(series(counted)).toEqual({ busy: 4, idle: 1 });
  });

  it('counts setting a gauge to the value it has as activity', () => {
    const { collector, clock } = quiet();
    const gauge = collector.gauge({ name: 'g', description: 'G.', labels: ['a'], ttlMs: 60_000 });
    const plain = collector.gauge({ name: 'p', description: 'P.', ttlMs: 60_000 });
    for (let minute = 0; minute < 4; minute++) {
      gauge.labels({ a: 'constant' }).set(5);
      if (minute === 0) gauge.set({ a: 'left' }, 5);
      plain.set(1);
      collector.gatherSync();
      clock.advance(30_000);
    }
    expect(series(gauge)).toEqual({ constant: 5 });
    expect(gauge.read().width).toBe(1);
    expect([...(gauge.read().blocks[0]?.values ?? [])].slice(0, 1)).toEqual([5]);
    expect(series(plain)).toEqual({ '': 1 });
  });

  it('makes room when the budget is used up, without any read-out', () => {
    const { collector, clock } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'], ttlMs: 1000, maxSeries: 2 });
    counted.inc({ a: '1' });
    counted.inc({ a: '2' });
    counted.inc({ a: '3' });
    clock.advance(2000);
    counted.inc({ a: '4' });
    clock.advance(2000);
    counted.inc({ a: '5' });
    expect(series(counted)).toMatchObject({ 5: 1 });
  });

  it('begins anew for a series that takes the row of an idle one', () => {
    const { collector, clock } = quiet();
    const counted = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'], ttlMs: 1000, maxSeries: 1 });
    counted.inc({ a: 'old' });
    counted.read();
    clock.advance(1500);
    counted.read();
    counted.inc({ a: 'new' });
    expect(series(counted)).toEqual({ new: 1 });
    clock.advance(900);
    expect(series(counted)).toEqual({ new: 1 });
    clock.advance(100);
    expect(series(counted)).toEqual({});
  });
});

describe('inspect', () => {
  it('lists the metrics by size', () => {
    const { collector } = quiet();
    const large = collector.histogram({ name: 'large', description: 'L.', labels: ['a'] });
    for (let i = 0; i < 100; i++) large.observe({ a: i }, 1);
    collector.counter({ name: 'small_total', description: 'S.' }).inc();
    const inspection = collector.inspect();
    expect(inspection.metrics[0]).toMatchObject({
      name: 'large',
      type: 'histogram',
      series: 100,
      maxSeries: 10_000,
      labels: [{ name: 'a', values: 100 }],
    });
    expect(inspection.series).toBe(101);
    expect(inspection.bytes).toBeGreaterThan(100 * 13 * 8);
  });
});
