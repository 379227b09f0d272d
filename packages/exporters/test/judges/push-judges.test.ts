import { createSocket } from 'node:dgram';
import process from 'node:process';
import {
  type InfluxdbServer,
  type StatsdServer,
  type StatsdValues,
  type VictoriametricsServer,
  pollUntil,
  start,
} from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StatsD } from 'hot-shots';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsExporter, InfluxLineEncoder, StatsdEncoder } from '@bduf/metrics-exporters';
import { familyOf } from '@bduf/metrics-testkit';
import { NOW_MS, encodeText } from '../support.ts';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);
const HOSTILE = [
  '',
  ' ',
  'two words',
  '"',
  "'",
  'a,b=c d',
  '\\',
  'ends in \\',
  'a\\,b',
  'a\\ b',
  'a\\\\b',
  '\n',
  'x 1\ninjected value=1',
  '\r\n',
  '\t',
  '\0',
  '#',
  '日本語 😀',
  'x'.repeat(1000),
];

/** Gauges of one label, hostile and random. */
function hostileGauges() {
  const random = fc.sample(
    fc.tuple(fc.string({ unit: 'binary', maxLength: 12 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
    {
      numRuns: 300,
      seed: SEED,
    },
  );
  const texts = [...HOSTILE.map((text, at) => [text, at] as const), ...random];
  // The number of the series makes labels that are said alike different.
  return texts.map(([text, value], at) => ({ labels: { text, at: `${at}` }, value }));
}

/** What line protocol can say of a label value. */
function saidByInflux(text: string): string {
  return text
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll(/\\(?=[,= \\]|$)/g, '＼');
}

await describeWithBackends(['influxdb', 'victoriametrics'], `servers of line protocol, seed ${SEED}`, () => {
  const series = hostileGauges();
  const gauge = familyOf({ name: 'level', type: 'gauge', series });
  const histogram = familyOf({
    name: 'wait',
    type: 'histogram',
    upperBounds: [0.5, 1e6],
    series: [{ labels: { queue: 'a b' }, buckets: [1, 2, 3], sum: 4.5 }],
  });
  let influxdb: InfluxdbServer;
  let victoria: VictoriametricsServer;

  beforeAll(async () => {
    influxdb = await start.influxdb();
    victoria = await start.victoriametrics();
  });

  afterAll(async () => {
    await influxdb.stop();
    await victoria.stop();
  });

  it('InfluxDB stores labels and values as they are', async () => {
    const body = encodeText(new InfluxLineEncoder(), [gauge, histogram]);
    const answer = await fetch(`${influxdb.url}/write?db=${influxdb.database}`, { method: 'POST', body });
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    const stored = await influxdb.query('SELECT * FROM "level" GROUP BY *');
    const read = new Map(
      stored.map(({ tags = {}, columns, values }) => [tags['at'], { text: tags['text'], columns, values }]),
    );
    for (const { labels, value } of series) {
      expect(read.get(labels.at)).toEqual({
        text: saidByInflux(labels.text),
        columns: ['time', 'gauge'],
        values: [[NOW_MS * 1e6, value + 0]],
      });
    }
    expect(stored).toHaveLength(series.length);
    const [wait] = await influxdb.query('SELECT * FROM "wait" GROUP BY *');
    expect(wait?.tags).toEqual({ queue: 'a b' });
    expect(Object.fromEntries((wait?.columns ?? []).map((column, at) => [column, wait?.values[0]?.[at]]))).toEqual({
      time: NOW_MS * 1e6,
      '+Inf': 6,
      '0.5': 1,
      '1000000': 3,
      count: 6,
      sum: 4.5,
    });
  });

  it('InfluxDB takes every precision for the same time', async () => {
    for (const [precision, parameter] of [
      ['ns', 'ns'],
      ['us', 'u'],
      ['ms', 'ms'],
      ['s', 's'],
    ] as const) {
      const family = familyOf({ name: `precise_${precision}`, type: 'gauge', series: [{ value: 1 }] });
      const body = encodeText(new InfluxLineEncoder({ precision }), [family]);
      await fetch(`${influxdb.url}/write?db=${influxdb.database}&precision=${parameter}`, { method: 'POST', body });
      const [stored] = await influxdb.query(`SELECT * FROM "precise_${precision}"`);
      expect(stored?.values).toEqual([[NOW_MS * 1e6, 1]]);
    }
  });

  it('VictoriaMetrics stores the same', async () => {
    const body = encodeText(new InfluxLineEncoder(), [gauge, histogram]);
    const answer = await fetch(`${victoria.url}/write`, { method: 'POST', body });
    expect(answer.status).toBe(204);
    const stored = await victoria.exportSeries('{__name__="level_gauge"}');
    const read = new Map(
      stored.map(({ metric, values, timestamps }) => [metric['at'], { text: metric['text'], values, timestamps }]),
    );
    for (const { labels, value } of series) {
      const text = labels.text === '' ? undefined : saidByInflux(labels.text);
      const found = read.get(labels.at);
      expect(found).toMatchObject({ text, timestamps: [NOW_MS] });
      // It keeps about 12 digits, and fewer of the smallest numbers.
      expect(Math.abs((found?.values[0] ?? 0) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-11 + 1e-250);
    }
    expect(await victoria.exportSeries('{__name__="wait_1000000"}')).toEqual([
      { metric: { __name__: 'wait_1000000', queue: 'a b' }, values: [3], timestamps: [NOW_MS] },
    ]);
    expect(victoria.logs()).not.toContain('cannot');
  });
});

async function send(datagrams: readonly string[], port: number): Promise<void> {
  const socket = createSocket('udp4');
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
    });
  }
  socket.close();
}

describe('npm statsd', () => {
  let statsd: StatsdServer;

  beforeAll(async () => {
    statsd = await start.statsd();
  });

  afterAll(async () => {
    await statsd.stop();
  });

  it('adds up what is sent, sets gauges, also below zero, and understands every line', async () => {
    const collector = new MetricsCollector();
    const exporter = new MetricsExporter(collector);
    const counter = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] });
    const gauge = collector.gauge({ name: 'level', description: 'Level.', labels: ['tank'] });
    const totals = { a: 0, b: 0 };
    for (let round = 1; round <= 5; round++) {
      counter.inc({ queue: 'a' }, round);
      counter.inc({ queue: 'b' }, 0.5);
      totals.a += round;
      totals.b += 0.5;
      gauge.set({ tank: 'x' }, -round);
      gauge.set({ tank: 'y' }, 10 - round);
      await send(exporter.exportStatsD(), statsd.port);
    }
    const isThere = ({ counters, gauges }: StatsdValues): boolean =>
      counters['jobs_total.a'] === totals.a && counters['jobs_total.b'] === totals.b && gauges['level.y'] === 5;
    await pollUntil(() => isThere(statsd.values()), { what: 'all counts and gauges' });
    const { counters, gauges } = await statsd.settledValues();
    expect(counters).toMatchObject({
      'jobs_total.a': totals.a,
      'jobs_total.b': totals.b,
      'statsd.bad_lines_seen': 0,
    });
    expect(gauges).toMatchObject({ 'level.x': -5, 'level.y': 5 });
  });

  it('reads DogStatsD tags', async () => {
    const series = [{ labels: { env: 'prod', zone: 'a-1' }, value: 7 }];
    const [datagram = ''] = new StatsdEncoder({ flavour: 'dogstatsd' }).encode(
      [familyOf({ name: 'tagged', type: 'counter', constantLabels: { host: 'h' }, series })],
      { nowMs: 0 },
    );
    await send([new TextDecoder().decode(datagram as Uint8Array)], statsd.port);
    const isThere = (): boolean => Object.keys(statsd.values().counters).some((name) => name.startsWith('tagged'));
    await pollUntil(isThere, { what: 'the tagged counter' });
    expect(statsd.values().counters['tagged;host=h;env=prod;zone=a-1']).toBe(7);
  });

  it('takes hostile labels without a bad line', async () => {
    const series = hostileGauges().map((one) => ({ ...one, value: 1 }));
    const families = [familyOf({ name: 'hostile', type: 'counter', series })];
    const datagrams = Array.from(new StatsdEncoder().encode(families, { nowMs: 0 }), (bytes) =>
      new TextDecoder().decode(bytes),
    );
    await send(datagrams, statsd.port);
    const seen = (): number =>
      Object.entries(statsd.values().counters).reduce(
        (sum, [name, value]) => (name.startsWith('hostile.') ? sum + value : sum),
        0,
      );
    await pollUntil(() => seen() >= series.length, { what: 'every hostile counter' });
    expect(seen()).toBe(series.length);
    expect((await statsd.settledValues()).counters['statsd.bad_lines_seen']).toBe(0);
  });
});

await describeWithBackends(['collectd'], 'collectd', () => {
  it('reads plain StatsD as npm statsd does', async () => {
    const collectd = await start.collectd();
    const collector = new MetricsCollector();
    const exporter = new MetricsExporter(collector);
    collector.gauge({ name: 'level', description: 'Level.', labels: ['tank'] }).set({ tank: 'x' }, -5);
    const counter = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue'] });
    for (let round = 0; round < 4; round++) {
      counter.inc({ queue: 'a' }, 3);
      await send(exporter.exportStatsD(), collectd.port);
    }
    const values = await pollUntil(
      async () => {
        const held = await collectd.values();
        return held['gauge-level.x'] === -5 ? held : undefined;
      },
      { what: 'a read-out of collectd' },
    );
    expect(values['gauge-level.x']).toBe(-5);
    await collectd.stop();
  });
});

describe('hot-shots', () => {
  it('writes the same bytes', () => {
    const client = new StatsD({ mock: true });
    client.increment('jobs_total', 3, { queue: 'a', kind: 'b c' });
    client.increment('jobs_total', 0.5, { queue: 'z', kind: '1' });
    client.gauge('level', -1.5, { tank: 'x' });
    client.gauge('level', 1e21, { tank: 'y' });
    const families = [
      familyOf({
        name: 'jobs_total',
        type: 'counter',
        series: [
          { labels: { queue: 'a', kind: 'b c' }, value: 3 },
          { labels: { queue: 'z', kind: '1' }, value: 0.5 },
        ],
      }),
      familyOf({
        name: 'level',
        type: 'gauge',
        series: [
          { labels: { tank: 'x' }, value: -1.5 },
          { labels: { tank: 'y' }, value: 1e21 },
        ],
      }),
    ];
    expect(encodeText(new StatsdEncoder({ flavour: 'dogstatsd' }), families)).toBe(
      `${client.mockBuffer?.join('\n')}\n`,
    );
    client.close();
  });
});
