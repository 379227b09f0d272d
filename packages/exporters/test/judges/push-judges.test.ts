import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { type InfluxdbServer, type VictoriametricsServer, pollUntil, start } from '@bduf/backends';
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

/** Values of one kind that npm statsd holds, by its admin port. */
async function statsdValues(port: number, kind: 'counters' | 'gauges'): Promise<Record<string, number>> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`${kind}\n`);
  let text = '';
  for await (const chunk of socket) {
    text += String(chunk);
    if (text.includes('END')) break;
  }
  const pairs = text.matchAll(/(?:'([^']*)'|"([^"]*)"|(\w+)): ([-\d.e+]+)/g);
  return Object.fromEntries(Array.from(pairs, ([, a, b, c, value]) => [a ?? b ?? c ?? '', Number(value)]));
}

async function send(datagrams: readonly string[], port: number): Promise<void> {
  const socket = createSocket('udp4');
  for (const datagram of datagrams) {
    await new Promise<void>((resolve, reject) => {
      socket.send(datagram, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
    });
  }
  socket.close();
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('npm statsd', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'bduf-statsd-'));
  let daemon: ChildProcess;
  let port: number;
  let adminPort: number;

  beforeAll(async () => {
    port = await freePort();
    adminPort = await freePort();
    const config = path.join(folder, 'config.js');
    const settings = {
      address: '127.0.0.1',
      port,
      mgmt_address: '127.0.0.1',
      mgmt_port: adminPort,
      flushInterval: 3_600_000,
      backends: [],
    };
    writeFileSync(config, JSON.stringify(settings).slice(1, -1).replace(/^/, '{').replace(/$/, '}'));
    const script = createRequire(import.meta.url).resolve('statsd/stats.js');
    daemon = spawn(process.execPath, [script, config], { stdio: 'ignore' });
    await pollUntil(async () => (await statsdValues(adminPort, 'counters'))['statsd.metrics_received'] !== undefined, {
      what: 'npm statsd',
    });
  });

  afterAll(async () => {
    daemon.kill();
    await once(daemon, 'exit');
    rmSync(folder, { recursive: true });
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
      await send(exporter.exportStatsD(), port);
    }
    const counters = await pollUntil(
      async () => {
        const held = await statsdValues(adminPort, 'counters');
        return held['jobs_total.a'] === totals.a && held['jobs_total.b'] === totals.b ? held : undefined;
      },
      { what: 'all counts' },
    );
    expect(counters['statsd.bad_lines_seen']).toBe(0);
    const gauges = await pollUntil(
      async () => {
        const held = await statsdValues(adminPort, 'gauges');
        return held['level.y'] === 5 ? held : undefined;
      },
      { what: 'all gauges' },
    );
    expect(gauges).toMatchObject({ 'level.x': -5, 'level.y': 5 });
  });

  it('reads DogStatsD tags', async () => {
    const series = [{ labels: { env: 'prod', zone: 'a-1' }, value: 7 }];
    const [datagram = ''] = new StatsdEncoder({ flavour: 'dogstatsd' }).encode(
      [familyOf({ name: 'tagged', type: 'counter', constantLabels: { host: 'h' }, series })],
      { nowMs: 0 },
    );
    await send([new TextDecoder().decode(datagram as Uint8Array)], port);
    const held = await pollUntil(
      async () => {
        const counters = await statsdValues(adminPort, 'counters');
        return Object.keys(counters).some((name) => name.startsWith('tagged')) ? counters : undefined;
      },
      { what: 'the tagged counter' },
    );
    expect(held['tagged;host=h;env=prod;zone=a-1']).toBe(7);
  });

  it('takes hostile labels without a bad line', async () => {
    const families = [
      familyOf({ name: 'hostile', type: 'counter', series: hostileGauges().map((one) => ({ ...one, value: 1 })) }),
    ];
    const datagrams = Array.from(new StatsdEncoder().encode(families, { nowMs: 0 }), (bytes) =>
      new TextDecoder().decode(bytes),
    );
    await send(datagrams, port);
    const held = await pollUntil(
      async () => {
        const counters = await statsdValues(adminPort, 'counters');
        const sum = Object.entries(counters).reduce(
          (all, [name, value]) => (name.startsWith('hostile.') ? all + value : all),
          0,
        );
        return sum === hostileGauges().length ? counters : undefined;
      },
      { what: 'every hostile counter' },
    );
    expect(held['statsd.bad_lines_seen']).toBe(0);
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
