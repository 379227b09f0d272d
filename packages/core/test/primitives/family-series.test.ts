import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock, seriesOf } from '@bduf/metrics-core/primitives';

describe('the series of a family', () => {
  it('have labels, value, sum and creation time, whatever the type', () => {
    const collector = new MetricsCollector({ clock: new ManualClock(5000), defaultLabels: { service: 's' } });
    const counter = collector.counter({ name: 'c_total', description: 'C.', labels: ['a', 'b'] });
    counter.inc({ a: '1', b: 'x' }, 3);
    counter.inc({ a: '2', b: 'y' });
    counter.inc({ a: '3', b: 'z' }, 7);
    counter.remove({ a: '2' });
    const histogram = collector.histogram({ name: 'h', description: 'H.', buckets: [1] });
    const summary = collector.summary({ name: 's', description: 'S.' });
    for (const observer of [histogram, summary]) for (const value of [0.5, 2, 3]) observer.observe(value);
    expect(
      [...seriesOf(counter.read())].map(({ labels, value, sum, createdMs }) => [labels, value, sum, createdMs]),
    ).toEqual([
      [{ service: 's', a: '1', b: 'x' }, 3, undefined, 5000],
      [{ service: 's', a: '3', b: 'z' }, 7, undefined, 5000],
    ]);
    for (const observer of [histogram, summary]) {
      const [series] = seriesOf(observer.read());
      expect([series?.value, series?.sum]).toEqual([3, 5.5]);
    }
    const [first] = seriesOf(histogram.read());
    expect(first?.numbers).toEqual(Float64Array.of(1, 2, 5.5));
  });

  it('are found in every block', () => {
    const collector = new MetricsCollector();
    const counter = collector.counter({ name: 'c_total', description: 'C.', labels: ['a'] });
    for (let a = 0; a < 5000; a++) counter.inc({ a }, a);
    const family = counter.read();
    const found = [...seriesOf(family)];
    expect(family.blocks.length).toBeGreaterThan(1);
    expect(found).toHaveLength(5000);
    expect(found.every((series, at) => series.label(0) === String(at) && series.value === at)).toBe(true);
  });
});
