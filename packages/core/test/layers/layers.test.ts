import { describe, expect, it } from '@jest/globals';
import { MetricsCollector, MetricsError, type MetricTarget, withPrefix, withViews } from '@bduf/metrics-core';

/** Defines one metric of each type and records on it by instrument and by name. */
function library(target: MetricTarget): void {
  target.counter({ name: 'a_total', description: 'A.', labels: ['x'] }).inc({ x: '1' });
  target.gauge({ name: 'b', description: 'B.' }).set(2);
  target.histogram({ name: 'c', description: 'C.' }).observe(3);
  target.summary({ name: 'd', description: 'D.' }).observe(4);
  target.info({ name: 'e_info', description: 'E.', labels: ['v'] }).set({ v: '1' });
  target.stateSet({ name: 'f', description: 'F.', states: ['on', 'off'] }).set('on');
  target.registerMetric({ name: 'g', type: 'gauge', description: 'G.' });
  target.increment('a_total', { x: '1' }, 2);
  target.set('g', 5);
  target.decrement('g', undefined, 1);
  target.observe('c', 1);
  target.startTimer('c').stop();
}

const shown = (collector: MetricsCollector): Record<string, readonly number[]> =>
  Object.fromEntries(
    collector
      .getAllMetrics()
      .filter(({ name }) => !name.startsWith('metrics_'))
      .map((metric) => [metric.name, metric.values().map(({ value }) => value)]),
  );

describe('withPrefix', () => {
  it('puts the prefix before every name, for definitions and for records', async () => {
    const collector = new MetricsCollector({ strict: true });
    const billing = withPrefix(collector, 'billing_');
    library(billing);
    await billing.recordDuration('c', () => Promise.resolve());
    expect(shown(collector)).toEqual({
      billing_a_total: [3],
      billing_b: [2],
      billing_c: [4],
      billing_d: [1],
      billing_e_info: [1],
      billing_f: [1, 0],
      billing_g: [4],
    });
    expect(billing.getMetric('b')?.name).toBe('billing_b');
    billing.unregisterMetric('b');
    expect(collector.getMetric('billing_b')).toBeUndefined();
  });

  it('stacks', () => {
    const collector = new MetricsCollector({ strict: true });
    withPrefix(withPrefix(collector, 'app_'), 'db_').counter({ name: 'q_total', description: 'Q.' });
    expect(collector.getMetric('app_db_q_total')).toBeDefined();
  });

  it('refuses a prefix with which no name can begin', () => {
    expect(() => withPrefix(new MetricsCollector(), '9-')).toThrow(MetricsError);
  });
});

describe('withViews', () => {
  it('drops metrics without keeping anything, whatever is done with them', async () => {
    const collector = new MetricsCollector({ strict: true });
    const target = withViews(collector, [{ match: /./, drop: true }]);
    library(target);
    const counter = target.counter({ name: 'a_total', description: 'A.', labels: ['x'] });
    counter.labels({ x: '1' }).inc();
    counter.remove({});
    const histogram = target.histogram({ name: 'h', description: 'H.', labels: ['outcome'] });
    expect(histogram.track(() => 7)).toBe(7);
    expect(histogram.startTimer().stop()).toBeGreaterThanOrEqual(0);
    target.gauge({ name: 'b', description: 'B.' }).dec();
    await expect(target.recordDuration('c', () => Promise.resolve(8))).resolves.toBe(8);
    expect(counter.values()).toEqual([]);
    expect(counter.read().blocks).toEqual([]);
    expect(target.getMetric('a_total')).toBeUndefined();
    target.unregisterMetric('a_total');
    expect(shown(collector)).toEqual({});
  });

  it('renames by name or pattern; the first view that matches counts', () => {
    const collector = new MetricsCollector({ strict: true });
    const target = withViews(collector, [
      { match: 'a_total', rename: 'first_total' },
      { match: /^(.)(_total|_info)?$/, rename: 'lib_$1$2' },
    ]);
    library(target);
    expect(Object.keys(shown(collector))).toEqual([
      'first_total',
      'lib_b',
      'lib_c',
      'lib_d',
      'lib_e_info',
      'lib_f',
      'lib_g',
    ]);
    expect(shown(collector)['lib_g']).toEqual([4]);
  });

  it('gives histograms other buckets and any metric another budget', () => {
    const collector = new MetricsCollector({ onError: () => undefined });
    const target = withViews(collector, [{ match: /^./g, buckets: [1, 2], maxSeries: 1 }]);
    library(target);
    const counter = target.counter({ name: 'a_total', description: 'A.', labels: ['x'] });
    counter.inc({ x: '2' });
    expect(collector.getMetric('c')?.definition.buckets).toEqual([1, 2]);
    expect(counter.values().map(({ labels }) => labels?.['x'])).toEqual(['1', '__overflow__']);
  });
});
