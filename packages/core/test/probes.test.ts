import { describe, expect, it } from '@jest/globals';
import { MetricsCollector, type MetricsError } from '@bduf/metrics-core';
import type { LabelSet, MetricDefinition } from '@bduf/metrics-core/interfaces';

// Inputs that make other libraries merge, forge, lose or poison data, or throw. Each test is named after its probe.

function quiet(): { collector: MetricsCollector; errors: MetricsError[] } {
  const errors: MetricsError[] = [];
  return { errors, collector: new MetricsCollector({ onError: (error) => errors.push(error) }) };
}

function pairs(collector: MetricsCollector): readonly (readonly [string, number])[] {
  const values = collector.getMetric('c_total')?.values() ?? [];
  return values.map(({ labels, value }) => [JSON.stringify(Object.values(labels ?? {})), value]);
}

function dropped(collector: MetricsCollector): Record<string, number> {
  const values = collector.getMetric('metrics_dropped_total')?.values() ?? [];
  return Object.fromEntries(values.map(({ labels, value }) => [labels?.['reason'] ?? '', value]));
}

function counterOn(collector: MetricsCollector): (labels: unknown) => void {
  const counter = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'b'] });
  return (labels) => counter.inc(labels as LabelSet & { a: string; b: string });
}

describe('probe', () => {
  it.each([
    ['{a:"x|y",b:"z"} against {a:"x",b:"y|z"}', { a: 'x|y', b: 'z' }, { a: 'x', b: 'y|z' }],
    ['{a:"1,b:2",b:"3"} against {a:"1",b:"2,b:3"}', { a: '1,b:2', b: '3' }, { a: '1', b: '2,b:3' }],
    ['{a:"",b:"x"} against {a:"x",b:""}', { a: '', b: 'x' }, { a: 'x', b: '' }],
    [String.raw`{a:"\\",b:"\""} against {a:"\\\"",b:""}`, { a: '\\', b: '"' }, { a: '\\"', b: '' }],
  ])('%s: two series', (_, first, second) => {
    const { collector } = quiet();
    const inc = counterOn(collector);
    inc(first);
    inc(second);
    inc(first);
    expect(pairs(collector)).toEqual([
      [JSON.stringify(Object.values(first)), 2],
      [JSON.stringify(Object.values(second)), 1],
    ]);
  });

  it('an array as label value (`?q[]=`) is one value, not a sample', () => {
    const { collector } = quiet();
    counterOn(collector)({ a: ['x"} 1\nadmin_total{a="y'], b: '' });
    expect(pairs(collector)).toEqual([[JSON.stringify(['x"} 1\nadmin_total{a="y', '']), 1]]);
  });

  it.each([
    ['a null-prototype object', Object.create(null) as object],
    ['a symbol', Symbol('s')],
    ['a function', () => 'x'],
  ])('%s as label value is counted and does not throw', (_, value) => {
    const { collector } = quiet();
    const inc = counterOn(collector);
    expect(() => inc({ a: value, b: '1' })).not.toThrow();
    expect(pairs(collector)).toEqual([]);
    expect(dropped(collector)).toEqual({ invalid_labels: 1 });
  });

  it('a label object that is reused and changed makes no duplicate series', () => {
    const { collector } = quiet();
    const inc = counterOn(collector);
    const labels = { a: '1', b: '1' };
    inc(labels);
    labels.a = '2';
    inc(labels);
    expect(pairs(collector)).toEqual([
      ['["1","1"]', 1],
      ['["2","1"]', 1],
    ]);
  });

  it('{}, {a:undefined}, {a:null} and {a:""} are one series', () => {
    const { collector } = quiet();
    const inc = counterOn(collector);
    for (const labels of [{}, { a: undefined }, { a: null, b: undefined }, { a: '', b: '' }]) inc(labels);
    expect(pairs(collector)).toEqual([['["",""]', 4]]);
  });

  it.each(['__name__', '__proto__'])('the label name %s is rejected at definition', (label) => {
    const { collector } = quiet();
    const definition: MetricDefinition = { name: 'c_total', type: 'counter', description: 'C.', labels: [label] };
    expect(() => collector.registerMetric(definition)).toThrow(label);
  });

  it.each(['bad name"}', 'le'])('the default label name %s is rejected', (label) => {
    expect(() => new MetricsCollector({ defaultLabels: { [label]: 'x' } })).toThrow('Label name');
  });

  it.each([[[3, 1, 2, 1, Number.NaN]], [[1, Infinity, 2]]])('buckets %p are rejected', (buckets) => {
    expect(() => quiet().collector.histogram({ name: 'h', description: 'H.', buckets })).toThrow('buckets');
  });

  it('a histogram m and a counter m_count conflict', () => {
    const { collector } = quiet();
    collector.histogram({ name: 'm', description: 'M.' });
    expect(() => collector.counter({ name: 'm_count', description: 'M.' })).toThrow('m_count');
  });

  it('a counter survives inc(NaN)', () => {
    const { collector } = quiet();
    const counter = collector.counter({ name: 'c_total', description: 'C.' });
    counter.inc(Number.NaN);
    counter.inc();
    expect(pairs(collector)).toEqual([['[]', 1]]);
    expect(dropped(collector)).toEqual({ invalid_value: 1 });
  });

  it('a histogram survives observe(Infinity)', () => {
    const { collector } = quiet();
    const histogram = collector.histogram({ name: 'h', description: 'H.', buckets: [1] });
    histogram.observe(Infinity);
    histogram.observe(0.5);
    expect(histogram.read().blocks[0]?.values).toEqual(Float64Array.of(1, 0, 0.5));
  });

  it('the names a.b and a_b cannot become one', () => {
    const { collector } = quiet();
    expect(() => collector.counter({ name: 'a.b', description: 'A.' })).toThrow('"a.b"');
    expect(() => collector.counter({ name: 'a', description: 'A.', labels: ['a.b', 'a_b'] })).toThrow('"a.b"');
  });

  it('a series that a callback no longer reports is gone', async () => {
    const { collector } = quiet();
    let pools = ['p1', 'p2', 'p3'];
    const gauge = collector.gauge({
      name: 'g',
      description: 'G.',
      labels: ['pool'],
      collect: ({ set }) => {
        for (const pool of pools) set({ pool }, 1);
      },
    });
    await collector.gather();
    pools = ['p2'];
    await collector.gather();
    expect(gauge.values().map(({ labels }) => labels?.['pool'])).toEqual(['p2']);
  });

  it('one collect() that throws does not fail the read-out', async () => {
    const { collector, errors } = quiet();
    collector.counter({ name: 'fine_total', description: 'F.' }).inc();
    collector.gauge({
      name: 'broken',
      description: 'B.',
      collect: () => {
        throw new Error('boom');
      },
    });
    const families = await collector.gather();
    expect(families.map(({ name }) => name)).toContain('fine_total');
    expect(errors.map(({ code }) => code)).toEqual(['METRICS_ERR_CALLBACK_FAILED']);
  });

  it('three read-outs at once run a callback once', async () => {
    const { collector } = quiet();
    let runs = 0;
    collector.gauge({
      name: 'g',
      description: 'G.',
      collect: async ({ set }) => {
        runs++;
        await Promise.resolve();
        set(1);
      },
    });
    await Promise.all([collector.gather(), collector.gather(), collector.gather()]);
    expect(runs).toBe(1);
  });
});
