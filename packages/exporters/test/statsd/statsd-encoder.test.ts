import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsExporter, StatsdEncoder, type StatsdEncoderOptions } from '@bduf/metrics-exporters';
import { type EncodedSample, encoderContract, familyOf } from '@bduf/metrics-testkit';
import { golden } from '../golden.ts';
import { sampleFamilies } from '../sample-families.ts';
import { encodeText } from '../support.ts';

const LINE = /^([^:|@#\n]+):([^:|@#\n]+)\|g(?:\|#([^|\n]+))?$/;

function readGauges(document: Uint8Array): readonly EncodedSample[] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document);
  const samples = text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [, name = '', value = '', tags = ''] = LINE.exec(line) ?? [];
      if (name === '') throw new Error(`no line: ${line}`);
      const pairs = tags.split(',').map((tag) => [tag.slice(0, tag.indexOf(':')), tag.slice(tag.indexOf(':') + 1)]);
      return {
        name,
        labels: tags === '' ? {} : (Object.fromEntries(pairs) as Record<string, string>),
        value: Number(value),
      };
    });
  // Plain StatsD takes a negative value for a difference, so zero goes before.
  return samples.filter(
    ({ value, name }, at) => value !== 0 || samples[at + 1]?.name !== name || !((samples[at + 1]?.value ?? 0) < 0),
  );
}

function expressibleInTags({ name, labels, value }: EncodedSample): EncodedSample | undefined {
  if (!Number.isFinite(value)) return undefined;
  const said = Object.entries(labels).map(([key, text]) => [key, text.replaceAll(/[|,\n\r]/g, '_')]);
  return { name, value, labels: Object.fromEntries(said) as Record<string, string> };
}

function expressibleInName({ name, labels, value }: EncodedSample): EncodedSample | undefined {
  if (!Number.isFinite(value)) return undefined;
  const parts = Object.values(labels).map((text) => (text === '' ? '_' : text.replaceAll(/[^a-zA-Z0-9_-]/g, '_')));
  return { name: [name, ...parts].join('.'), value, labels: {} };
}

describe('StatsdEncoder', () => {
  it.each(encoderContract({ createEncoder: () => new StatsdEncoder(), readGauges, expressible: expressibleInName }))(
    'plain: $name',
    async ({ run }) => {
      await expect((async () => run())()).resolves.toBeUndefined();
    },
  );

  const createEncoder = () => new StatsdEncoder({ flavour: 'dogstatsd' });
  it.each(encoderContract({ createEncoder, readGauges, expressible: expressibleInTags }))(
    'DogStatsD: $name',
    async ({ run }) => {
      await expect((async () => run())()).resolves.toBeUndefined();
    },
  );

  it.each(['statsd', 'dogstatsd'] as const)('writes each type as the golden file has it: %s', (flavour) => {
    const text = encodeText(new StatsdEncoder({ flavour }), sampleFamilies());
    expect(text).toBe(golden(`${flavour}.txt`, text));
  });

  it('puts a prefix before every name, and no colon into it', () => {
    const family = familyOf({ name: 'a:b', type: 'gauge', series: [{ value: 1 }] });
    expect(encodeText(new StatsdEncoder({ prefix: 'shop.' }), [family])).toBe('shop.a_b:1|g\n');
  });

  it('sets a negative gauge by way of zero, in the same datagram', () => {
    const series = Array.from({ length: 40 }, (_, i) => ({ labels: { id: `${i}` }, value: -i }));
    const family = familyOf({ name: 'level', type: 'gauge', series });
    const encoder = new StatsdEncoder({ maxDatagramBytes: 50 });
    for (const datagram of encoder.encode([family], { nowMs: 0 })) {
      expect(new TextDecoder().decode(datagram)).toMatch(
        /^(level\.0:0\|g\n)?(level\.\d+:0\|g\nlevel\.\d+:-\d+\|g\n)+$/,
      );
    }
  });
});

describe('datagrams', () => {
  function datagrams(options: StatsdEncoderOptions, valueLength = 1): readonly string[] {
    const series = Array.from({ length: 100 }, (_, i) => ({
      labels: { id: `${i}`.padStart(valueLength, 'x') },
      value: i,
    }));
    const chunks = new StatsdEncoder(options).encode([familyOf({ name: 'level', type: 'gauge', series })], {
      nowMs: 0,
    });
    return Array.from(chunks, (chunk) => new TextDecoder().decode(chunk));
  }

  it('are as full as they may be, of whole lines', () => {
    const all = datagrams({ maxDatagramBytes: 100 });
    const lines = all.join('').split('\n').slice(0, -1);
    expect(lines).toEqual(Array.from({ length: 100 }, (_, i) => `level.${i}:${i}|g`));
    for (const [at, datagram] of all.entries()) {
      expect(datagram.length - 1).toBeLessThanOrEqual(100);
      const next = all[at + 1]?.split('\n')[0] ?? 'x'.repeat(200);
      expect(datagram.length + next.length).toBeGreaterThan(100);
    }
  });

  it('hold a single line when that is longer than they may be', () => {
    for (const datagram of datagrams({ maxDatagramBytes: 20 }, 30)) expect(datagram).toMatch(/^level\.x+\d+:\d+\|g\n$/);
    expect(datagrams({ maxDatagramBytes: 20 }, 30)).toHaveLength(100);
  });
});

describe('differences', () => {
  function world() {
    const collector = new MetricsCollector({ limits: { seriesPerMetric: 50 } });
    const counter = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] });
    const histogram = collector.histogram({ name: 'wait', description: 'Wait.', buckets: [1, 10] });
    return { collector, counter, histogram, exporter: new MetricsExporter(collector) };
  }

  it('are what was added since the last call', () => {
    const { counter, exporter } = world();
    counter.inc({ queue: 'a' }, 5);
    expect(exporter.exportStatsD()).toEqual(['jobs_total.a:5|c']);
    expect(exporter.exportStatsD()).toEqual([]);
    counter.inc({ queue: 'a' }, 2.5);
    counter.inc({ queue: 'b' });
    expect(exporter.exportStatsD()).toEqual(['jobs_total.a:2.5|c\njobs_total.b:1|c']);
  });

  it('of a histogram are those of its buckets, sum and count', () => {
    const { histogram, exporter } = world();
    histogram.observe(0.5);
    exporter.exportDogStatsD();
    histogram.observe(5);
    histogram.observe(-20);
    expect(exporter.exportDogStatsD().join('\n').split('\n')).toEqual([
      'wait_bucket:1|c|#le:1',
      'wait_bucket:2|c|#le:10',
      'wait_bucket:2|c|#le:inf',
      'wait_sum:-15|c',
      'wait_count:2|c',
    ]);
  });

  it('are counted for each flavour, each exporter and the collector apart', () => {
    const { counter, exporter, collector } = world();
    counter.inc({ queue: 'a' }, 5);
    const another = new MetricsExporter(collector);
    expect(exporter.exportStatsD()).toEqual(['jobs_total.a:5|c']);
    expect(exporter.exportDogStatsD()).toEqual(['jobs_total:5|c|#queue:a']);
    expect(another.exportStatsD()).toEqual(['jobs_total.a:5|c']);
    expect(collector.exportMetrics('statsd')).toBe('jobs_total.a:5|c\n');
  });

  it('begin at zero again after a series was removed', () => {
    const { counter, exporter } = world();
    counter.inc({ queue: 'a' }, 5);
    exporter.exportStatsD();
    counter.remove({ queue: 'a' });
    expect(exporter.exportStatsD()).toEqual([]);
    counter.inc({ queue: 'a' }, 3);
    expect(exporter.exportStatsD()).toEqual(['jobs_total.a:3|c']);
  });

  it('survive that rows are given to other series', () => {
    const { counter, exporter } = world();
    for (let i = 0; i < 50; i++) counter.inc({ queue: `q${i}` }, 10);
    exporter.exportStatsD();
    for (let i = 0; i < 25; i++) counter.remove({ queue: `q${i}` });
    for (let i = 100; i < 120; i++) counter.inc({ queue: `q${i}` }, 7);
    for (let i = 25; i < 50; i++) counter.inc({ queue: `q${i}` }, 1);
    const lines = exporter.exportStatsD().join('\n').split('\n');
    const expected = [
      ...Array.from({ length: 20 }, (_, i) => `jobs_total.q${i + 100}:7|c`),
      ...Array.from({ length: 25 }, (_, i) => `jobs_total.q${i + 25}:1|c`),
    ];
    expect(lines.toSorted()).toEqual(expected.toSorted());
  });

  it('take a counter that fell for one that began anew', () => {
    const encoder = new StatsdEncoder();
    const identity = {};
    const readOut = (value: number) => familyOf({ name: 'a', type: 'counter', series: [{ value }], identity });
    expect([10, 12, 3, 3].map((value) => encodeText(encoder, [readOut(value)]))).toEqual([
      'a:10|c\n',
      'a:2|c\n',
      'a:3|c\n',
      '',
    ]);
  });
});
