import { describe, expect, it } from '@jest/globals';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { OpenMetricsTextEncoder, PrometheusTextEncoder } from '@bduf/metrics-exporters';
import {
  type ExpositionFamily,
  encoderContract,
  familyOf,
  parseOpenMetricsText,
  parsePrometheusText,
} from '@bduf/metrics-testkit';
import { golden } from '../golden.ts';
import { sampleFamilies } from '../sample-families.ts';
import { encodeText } from '../support.ts';

function gaugesIn(families: readonly ExpositionFamily[]) {
  return families.flatMap(({ samples }) => samples).map(({ name, labels, value }) => ({ name, labels, value }));
}

function prometheus(...families: readonly MetricFamily[]): string {
  const text = encodeText(new PrometheusTextEncoder(), families);
  parsePrometheusText(text);
  return text;
}

function openMetrics(...families: readonly MetricFamily[]): string {
  const text = encodeText(new OpenMetricsTextEncoder(), families);
  parseOpenMetricsText(text);
  return text;
}

describe('PrometheusTextEncoder', () => {
  it.each(
    encoderContract({
      createEncoder: () => new PrometheusTextEncoder(),
      readGauges: (document) =>
        gaugesIn(parsePrometheusText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document))),
    }),
  )('$name', async ({ run }) => {
    await expect((async () => run())()).resolves.toBeUndefined();
  });

  it('writes each type as the golden file has it', () => {
    const text = prometheus(...sampleFamilies());
    expect(text).toBe(golden('prometheus.txt', text));
  });

  it('writes a histogram without explicit bounds as its +Inf bucket', () => {
    const family = familyOf({ name: 'h', type: 'histogram', series: [{ buckets: [3], sum: 4 }] });
    expect(prometheus(family)).toBe('# TYPE h histogram\nh_bucket{le="+Inf"} 3\nh_sum 4\nh_count 3\n');
  });
});

describe('OpenMetricsTextEncoder', () => {
  it.each(
    encoderContract({
      createEncoder: () => new OpenMetricsTextEncoder(),
      readGauges: (document) =>
        gaugesIn(parseOpenMetricsText(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document))),
    }),
  )('$name', async ({ run }) => {
    await expect((async () => run())()).resolves.toBeUndefined();
  });

  it('writes each type as the golden file has it', () => {
    const text = openMetrics(...sampleFamilies());
    expect(text).toBe(golden('openmetrics.txt', text));
  });

  it('writes creation times when asked', () => {
    const text = encodeText(new OpenMetricsTextEncoder({ created: true }), sampleFamilies());
    parseOpenMetricsText(text);
    expect(text).toBe(golden('openmetrics-created.txt', text));
  });

  it('keeps the name of a counter without _total by showing it as unknown', () => {
    const family = familyOf({ name: 'errors', type: 'counter', series: [{ value: 2 }] });
    expect(openMetrics(family)).toBe('# TYPE errors unknown\nerrors 2\n# EOF\n');
  });

  it.each([
    ['a gauge of the family name', familyOf({ name: 'jobs', type: 'gauge', series: [{ value: 1 }] })],
    ['a gauge of the creation time', familyOf({ name: 'jobs_created', type: 'gauge', series: [{ value: 1 }] })],
  ])('shows a counter as unknown beside %s', (_, gauge) => {
    const counter = familyOf({ name: 'jobs_total', type: 'counter', series: [{ value: 2 }] });
    expect(openMetrics(gauge, counter)).toContain('# TYPE jobs_total unknown\njobs_total 2\n');
  });

  it('shows a counter as unknown whose family name a histogram derives', () => {
    const counter = familyOf({ name: 'a_count_total', type: 'counter', series: [{ value: 2 }] });
    const histogram = familyOf({ name: 'a', type: 'histogram', series: [{ buckets: [0] }] });
    expect(openMetrics(counter, histogram)).toContain('# TYPE a_count_total unknown\n');
  });

  it('keeps the name of an info metric without _info by showing it as gauge', () => {
    const family = familyOf({ name: 'build', type: 'info', series: [{ labels: { version: '1' }, value: 1 }] });
    expect(openMetrics(family)).toBe('# TYPE build gauge\nbuild{version="1"} 1\n# EOF\n');
  });

  it('leaves out sums and quantiles below zero', () => {
    const histogram = familyOf({
      name: 'h',
      type: 'histogram',
      upperBounds: [1],
      series: [{ buckets: [1, 0], sum: -1 }],
    });
    expect(openMetrics(histogram)).toBe('# TYPE h histogram\nh_bucket{le="1.0"} 1\nh_bucket{le="+Inf"} 1\n# EOF\n');
    const summary = familyOf({
      name: 's',
      type: 'summary',
      quantiles: [0.5, 0.9],
      series: [{ quantiles: [-1, 2], sum: -4, count: 3 }],
    });
    expect(openMetrics(summary)).toBe('# TYPE s summary\ns{quantile="0.9"} 2\ns_count 3\n# EOF\n');
  });

  it.each([
    ['an illegal label name', { labels: { 'a-b': '1' } }],
    ['more than 128 code points', { labels: { a: 'x'.repeat(128) } }],
    ['a value that is not finite', { value: Number.NaN }],
  ])('leaves out an exemplar with %s', (_, wrong) => {
    const exemplar = { column: 0, value: 1, timestampMs: 1, labels: {}, ...wrong };
    const family = familyOf({ name: 'a_total', type: 'counter', series: [{ value: 1, exemplars: [exemplar] }] });
    expect(openMetrics(family)).toBe('# TYPE a counter\na_total 1\n# EOF\n');
  });

  it('leaves out a unit that the name does not end in', () => {
    const family = familyOf({ name: 'size', type: 'gauge', unit: 'bytes', series: [{ value: 1 }] });
    expect(openMetrics(family)).not.toContain('UNIT');
  });
});
