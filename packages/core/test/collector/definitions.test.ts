import { describe, expect, it } from '@jest/globals';
import { MetricsCollector, MetricsError } from '@bduf/metrics-core';
import type { MetricDefinition } from '@bduf/metrics-core/interfaces';

function errorOf(act: () => unknown): MetricsError {
  try {
    act();
  } catch (error) {
    if (MetricsError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('It was expected to throw.');
}

const counter = (more: object): MetricDefinition => ({
  name: 'jobs_total',
  type: 'counter',
  description: 'Jobs.',
  ...more,
});

describe('a definition', () => {
  it.each([
    ['a name with a dash', counter({ name: 'jobs-total' }), 'jobs-total'],
    ['a name that begins with a digit', counter({ name: '1jobs' }), '1jobs'],
    ['a name that forges a sample', counter({ name: 'a 1\nb' }), String.raw`a 1\nb`],
    ['an unknown type', counter({ type: 'meter' }), 'meter'],
    ['no description', counter({ description: ' ' }), 'description'],
    ['a label with a quote', counter({ labels: ['bad name"}'] }), 'bad name'],
    ['a reserved label', counter({ labels: ['__name__'] }), '__name__'],
    ['__proto__ as a label', counter({ labels: ['__proto__'] }), '__proto__'],
    ['a label twice', counter({ labels: ['a', 'a'] }), 'listed twice'],
    ['le on a histogram', counter({ type: 'histogram', labels: ['le'] }), 'le'],
    ['quantile on a summary', counter({ type: 'summary', labels: ['quantile'] }), 'quantile'],
    ['unsorted buckets', counter({ type: 'histogram', buckets: [3, 1, 2] }), '[3, 1, 2]'],
    ['a bucket twice', counter({ type: 'histogram', buckets: [1, 1] }), '[1, 1]'],
    ['NaN as a bucket', counter({ type: 'histogram', buckets: [1, Number.NaN] }), 'NaN'],
    ['Infinity before the end', counter({ type: 'histogram', buckets: [Infinity, 1] }), 'Infinity'],
    ['no buckets', counter({ type: 'histogram', buckets: [] }), 'buckets'],
    ['buckets on a counter', counter({ buckets: [1] }), 'a counter has no such field'],
    ['a quantile above 1', counter({ type: 'summary', quantiles: [50] }), '[50]'],
    ['no states', counter({ type: 'stateset', states: [] }), 'states'],
    [
      'a state set whose name cannot be a label',
      counter({ name: 'ns:mode', type: 'stateset', states: ['on'] }),
      'ns:mode needs a label of its own name',
    ],
    [
      'a state set that has a label of its name',
      counter({ name: 'mode', type: 'stateset', states: ['on'], labels: ['mode'] }),
      'it has another label of that name',
    ],
    ['an empty list of values', counter({ labels: { a: [] } }), 'empty list'],
    ['maxSeries of zero', counter({ maxSeries: 0 }), 'maxSeries is 0'],
    ['a fractional maxSeries', counter({ maxSeries: 1.5 }), 'maxSeries is 1.5'],
    ['a negative ttl', counter({ ttlMs: -1 }), 'ttlMs is -1'],
    ['a native schema out of range', counter({ type: 'histogram', native: { schema: 9 } }), 'native.schema is 9'],
  ])('with %s is refused by an error that shows it', (_, definition, shown) => {
    const error = errorOf(() => new MetricsCollector().registerMetric(definition));
    expect(error.code).toBe('METRICS_ERR_DEFINITION_INVALID');
    expect(error.message).toContain(shown);
  });

  it('takes Infinity as the last bucket for the one that is implied', () => {
    const histogram = new MetricsCollector().histogram({ name: 'h', description: 'H.', buckets: [1, Infinity] });
    expect(histogram.definition.buckets).toEqual([1]);
  });

  it('is copied: changing the object later changes nothing', () => {
    const buckets = [1, 2];
    const histogram = new MetricsCollector().histogram({ name: 'h', description: 'H.', buckets });
    buckets.push(0);
    expect(histogram.definition.buckets).toEqual([1, 2]);
    expect(Object.isFrozen(histogram.definition)).toBe(true);
  });
});

describe('defining a name again', () => {
  it('returns the same metric for the same shape', () => {
    const collector = new MetricsCollector();
    const first = collector.counter({ name: 'a_total', description: 'A.', labels: ['x'] });
    first.inc({ x: '1' });
    const second = collector.counter({ name: 'a_total', description: 'Other words.', labels: ['x'] });
    expect(second).toBe(first);
    expect(second.values()).toHaveLength(1);
  });

  it.each([
    ['type', { type: 'gauge' }],
    ['labels', { labels: ['b'] }],
    ['unit', { unit: 'seconds' }],
  ])('with another %s is a conflict that says the difference', (aspect, change) => {
    const collector = new MetricsCollector();
    collector.registerMetric(counter({ name: 'a', labels: ['a'] }));
    const error = errorOf(() => collector.registerMetric(counter({ name: 'a', labels: ['a'], ...change })));
    expect(error.code).toBe('METRICS_ERR_DEFINITION_CONFLICT');
    expect(error.message).toContain(aspect);
  });

  it.each([
    ['histogram m', 'counter m_count', counter({ name: 'm', type: 'histogram' }), counter({ name: 'm_count' })],
    ['gauge m_sum', 'summary m', counter({ name: 'm_sum', type: 'gauge' }), counter({ name: 'm', type: 'summary' })],
    ['counter m_total', 'gauge m', counter({ name: 'm_total' }), counter({ name: 'm', type: 'gauge' })],
    ['counter m_total', 'gauge m_created', counter({ name: 'm_total' }), counter({ name: 'm_created', type: 'gauge' })],
    ['info m', 'gauge m_info', counter({ name: 'm', type: 'info' }), counter({ name: 'm_info', type: 'gauge' })],
  ])('%s and %s conflict, since both would expose the same sample', (_a, _b, first, second) => {
    const collector = new MetricsCollector();
    collector.registerMetric(first);
    expect(errorOf(() => collector.registerMetric(second)).code).toBe('METRICS_ERR_DEFINITION_CONFLICT');
    expect(collector.getMetric(second.name)).toBeUndefined();
  });

  it('is allowed after the first was unregistered, and starts empty', () => {
    const collector = new MetricsCollector();
    collector.registerMetric(counter({ name: 'm', type: 'histogram' }));
    collector.unregisterMetric('m');
    collector.unregisterMetric('never_defined');
    collector.registerMetric(counter({ name: 'm_count' }));
    expect(collector.getMetric('m')).toBeUndefined();
    expect(collector.getMetric('m_count')?.type).toBe('counter');
  });
});

describe('default labels', () => {
  it.each(['bad name"}', 'le', 'quantile', '__x'])('may not be named %s', (name) => {
    const error = errorOf(() => new MetricsCollector({ defaultLabels: { [name]: 'v' } }));
    expect(error.message).toContain(JSON.stringify(name));
  });

  it('are part of each family, except where the metric has a label of that name', () => {
    const collector = new MetricsCollector({ defaultLabels: { service: 's', zone: 'z' } });
    collector.counter({ name: 'a_total', description: 'A.' });
    collector.gauge({ name: 'b', description: 'B.', labels: ['zone'] }).set({ zone: 'mine' }, 1);
    const [a, b] = collector.gatherSync();
    expect(a?.constantLabels).toEqual([
      ['service', 's'],
      ['zone', 'z'],
    ]);
    expect(b?.constantLabels).toEqual([['service', 's']]);
  });
});

describe('metrics with closed label lists', () => {
  it('start with all their series at zero', () => {
    const collector = new MetricsCollector();
    const counted = collector.counter({
      name: 'a_total',
      description: 'A.',
      labels: { outcome: ['ok', 'error'], cached: 'boolean' },
    });
    expect(counted.values().map(({ labels, value }) => ({ ...labels, value }))).toEqual([
      { outcome: 'ok', cached: 'true', value: 0 },
      { outcome: 'ok', cached: 'false', value: 0 },
      { outcome: 'error', cached: 'true', value: 0 },
      { outcome: 'error', cached: 'false', value: 0 },
    ]);
  });

  it('do not when they are gauges, whose zero would be a claim', () => {
    const gauge = new MetricsCollector().gauge({ name: 'g', description: 'G.', labels: { scope: ['a', 'b'] } });
    expect(gauge.values()).toEqual([]);
  });

  it('do not when there are too many combinations', () => {
    const many = Array.from({ length: 40 }, (_, at) => `v${at}`);
    const counted = new MetricsCollector().counter({
      name: 'c_total',
      description: 'C.',
      labels: { a: many, b: many },
    });
    expect(counted.values()).toEqual([]);
  });
});

describe('exportMetrics', () => {
  it('names the package to install when no encoder of the format is registered', () => {
    const error = errorOf(() => new MetricsCollector().exportMetrics('prometheus'));
    expect(error.code).toBe('METRICS_ERR_FORMAT_MISSING');
    expect(error.message).toContain('@bduf/metrics-exporters');
  });

  it('joins what the encoder of the format yields', () => {
    const collector = new MetricsCollector();
    collector.counter({ name: 'a_total', description: 'A.' });
    collector.registerEncoder({
      format: 'names',
      contentType: 'text/plain',
      *encode(families) {
        for (const { name } of families) yield new TextEncoder().encode(`${name};é\n`);
      },
    });
    expect(collector.exportMetrics('names')).toBe('a_total;é\n');
  });
});
