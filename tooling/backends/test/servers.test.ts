import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { totalmem } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import mysql from 'mysql2/promise';
import pg from 'pg';
import { delimited, double, message, sint, snappyLiteral, text, uint } from './protobuf.ts';

const SECONDS = 1000;
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

interface Answer {
  type: string;
  body: string | Buffer;
}

/** An HTTP server on a free port that answers each request with what `answer` holds, and keeps the bodies it got. */
async function httpEndpoint(answer: Answer = { type: 'text/plain', body: '' }) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      bodies.push(body);
      response.setHeader('content-type', answer.type).end(answer.body);
    });
  });
  // A test that fails before it closes the endpoint must not keep jest waiting.
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { answer, bodies, target, url: `http://${target}`, close };
}

async function post(url: string, body: string | Buffer, headers: Record<string, string> = {}): Promise<number> {
  return (await fetch(url, { method: 'POST', body, headers })).status;
}

await describeWithBackends(['prometheus'], 'start.prometheus', () => {
  it(
    'scrapes targets, changes them on reload and answers queries',
    async () => {
      const first = await httpEndpoint({
        type: OPEN_METRICS,
        body: `# TYPE tea counter\ntea_total{kind="x\\"\\n\\\\y"} 3 # {trace_id="t1"} 1 ${Date.now() / 1000}\n# EOF\n`,
      });
      const prometheus = await start.prometheus({ scrape: [first.target] });
      expect(await prometheus.afterNextScrape()).toEqual([{ target: first.target, up: true }]);

      const [tea] = await prometheus.query('tea_total');
      expect(tea?.metric['kind']).toBe('x"\n\\y');
      expect(tea?.value[1]).toBe('3');
      const now = Date.now() / 1000;
      const [exemplars] = await prometheus.exemplars('tea_total', { start: now - 60, end: now + 60 });
      expect(exemplars?.exemplars[0]?.labels).toEqual({ trace_id: 't1' });

      first.answer.type = PROTOBUF;
      first.answer.body = delimited(text(1, 'sizes'), uint(3, 4), message(4, message(7, ...nativeHistogram)));
      await prometheus.afterNextScrape();
      expect((await prometheus.query('histogram_count(sizes)'))[0]?.value[1]).toBe('3');

      const second = await httpEndpoint({ type: OPEN_METRICS, body: 'not an exposition' });
      await prometheus.reload({ scrape: [second.target] });
      expect(await prometheus.afterNextScrape()).toEqual([{ target: second.target, up: false }]);
      const targets = await prometheus.targets();
      expect(targets.map(({ health, labels }) => [health, labels['instance']])).toEqual([['down', second.target]]);
      expect(targets[0]?.lastError).toContain('"not an"');

      const range = await prometheus.queryRange('tea_total', { start: now - 1, end: now + 1, step: 1 });
      expect(range[0]?.values.at(-1)?.[1]).toBe('3');
      first.close();
      second.close();
      await prometheus.stop();
    },
    60 * SECONDS,
  );

  it(
    'takes remote writes, evaluates rules, and leaves nothing behind',
    async () => {
      const rules = 'groups: [{ name: g, rules: [{ record: twice, expr: 2 * written_total }] }]';
      const prometheus = await start.prometheus({ rules });
      const series = [
        message(1, text(1, '__name__'), text(2, 'written_total')),
        message(2, double(1, 7), uint(2, Date.now())),
      ];
      const status = await post(`${prometheus.url}/api/v1/write`, snappyLiteral(message(1, ...series)), {
        'content-encoding': 'snappy',
        'content-type': 'application/x-protobuf',
        'x-prometheus-remote-write-version': '0.1.0',
      });
      expect(status).toBe(204);
      expect((await prometheus.query('written_total'))[0]?.value[1]).toBe('7');
      const twice = await pollUntil(async () => (await prometheus.query('twice'))[0], { what: 'the rule' });
      expect(twice.value[1]).toBe('14');

      expect(prometheus.rssMiB()).toBeGreaterThan(5);
      await prometheus.stop();
      expect(existsSync(prometheus.folder)).toBe(false);
      expect(() => process.kill(prometheus.pid, 0)).toThrow('ESRCH');
    },
    60 * SECONDS,
  );

  it('says why a server did not start, with the end of its log', async () => {
    await expect(start.prometheus({ flags: ['--no-such-flag'] })).rejects.toThrow(
      /prometheus ended with code \d[^]*no-such-flag/,
    );
  });
});

/** Three observations in schema 3: sum 4.5, one span of two buckets from index 0, deltas +1 and +1. */
const nativeHistogram = [
  uint(1, 3),
  double(2, 4.5),
  sint(5, 3),
  double(6, 1e-128),
  uint(7, 0),
  message(12, sint(1, 0), uint(2, 2)),
  sint(13, 1),
  sint(13, 1),
];

await describeWithBackends(['pushgateway'], 'start.pushgateway', () => {
  it('takes a push and shows it', async () => {
    const pushgateway = await start.pushgateway();
    const job = Buffer.from('a/b').toString('base64url');
    const exposition = '# TYPE x_total counter\nx_total 3\n';
    expect(await post(`${pushgateway.url}/metrics/job@base64/${job}`, exposition)).toBe(200);
    expect(await pushgateway.metrics()).toMatch(/^x_total\{instance="",job="a\/b"\} 3$/m);
    expect((await pushgateway.groups())[0]?.['labels']).toEqual({ job: 'a/b' });
    await pushgateway.wipe();
    expect(await pushgateway.groups()).toEqual([]);
  });
});

await describeWithBackends(['alertmanager'], 'start.alertmanager', () => {
  it(
    'notifies the webhook of a firing and of a resolved alert',
    async () => {
      const hook = await httpEndpoint();
      const alertmanager = await start.alertmanager({ webhook: hook.url });
      const alert = { labels: { alertname: 'Full', severity: 'critical' }, annotations: { summary: 's' } };
      const send = (alerts: unknown) =>
        post(`${alertmanager.url}/api/v2/alerts`, JSON.stringify(alerts), { 'content-type': 'application/json' });
      const notified = (status: string) =>
        pollUntil(() => hook.bodies.find((body) => (JSON.parse(body) as { status: string }).status === status), {
          what: `a notification that the alert is ${status}`,
        });

      expect(await send([alert])).toBe(200);
      expect(await notified('firing')).toContain('"alertname":"Full"');
      expect((await alertmanager.alerts())[0]?.labels).toEqual(alert.labels);
      expect(await send([{ ...alert, endsAt: new Date().toISOString() }])).toBe(200);
      await notified('resolved');
      hook.close();
    },
    30 * SECONDS,
  );
});

await describeWithBackends(['influxdb'], 'start.influxdb', () => {
  it('stores line protocol over HTTP and UDP', async () => {
    const influxdb = await start.influxdb({ udp: true });
    const line = `cpu,host=a\\ b load=1.5,cores=3i,note="q\\"x" ${Date.now()}`;
    expect(await post(`${influxdb.url}/write?db=${influxdb.database}&precision=ms`, line)).toBe(204);
    const [cpu] = await influxdb.query('SELECT cores, host, load, note FROM cpu');
    expect(cpu?.values[0]?.slice(1)).toEqual([3, 'a b', 1.5, 'q"x']);

    await sendDatagram(influxdb.udpPort, 'mem,host=a used=7i');
    const mem = await pollUntil(async () => (await influxdb.query('SELECT used FROM mem'))[0], {
      what: 'the datagram',
    });
    expect(mem.values[0]?.[1]).toBe(7);
    await expect(influxdb.query('SELECT')).rejects.toThrow(/400|refused/);
  });
});

await describeWithBackends(['victoriametrics'], 'start.victoriametrics', () => {
  it('stores Influx lines, Datadog series and expositions', async () => {
    const victoriametrics = await start.victoriametrics();
    const { url } = victoriametrics;
    const nowMs = Date.now();
    const datadog = {
      series: [
        { metric: 'dd.m', type: 3, points: [{ timestamp: Math.floor(nowMs / 1000), value: 5 }], tags: ['env:p'] },
      ],
    };
    expect(await post(`${url}/api/v2/write?precision=ms`, `m,h=a value=1 ${nowMs}`)).toBe(204);
    expect(
      await post(`${url}/datadog/api/v2/series`, JSON.stringify(datadog), { 'content-type': 'application/json' }),
    ).toBe(202);
    expect(await post(`${url}/api/v1/import/prometheus`, `pi_total{a="b"} 3 ${nowMs}\n`)).toBe(204);

    const series = await victoriametrics.exportSeries();
    expect(Object.fromEntries(series.map(({ metric, values }) => [metric['__name__'], values]))).toEqual({
      m_value: [1],
      'dd.m': [5],
      pi_total: [3],
    });
    expect((await victoriametrics.query('pi_total'))[0]?.value[1]).toBe('3');
    expect(victoriametrics.logs()).not.toMatch(/cannot/);
  });
});

await describeWithBackends(['redis'], 'start.redis', () => {
  it('keeps a counter', async () => {
    const redis = await start.redis();
    expect(await redis.command('INCRBY visits 5')).toBe(':5');
    expect(await redis.command('INCRBY visits 2')).toBe(':7');
  });
});

await describeWithBackends(['postgresql'], 'start.postgresql', () => {
  it('keeps rows for who knows the password', async () => {
    const server = await start.postgresql();
    const { port, user, password, database } = server;
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
    await client.connect();
    await client.query('CREATE TABLE visits (id integer PRIMARY KEY)');
    await client.query('INSERT INTO visits VALUES (7)');
    expect((await client.query('SELECT id FROM visits')).rows).toEqual([{ id: 7 }]);
    await client.end();
    const stranger = new pg.Client({ host: '127.0.0.1', port, user, password: 'wrong', database });
    await expect(stranger.connect()).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  }, 60_000);
});

await describeWithBackends(['mariadb'], 'start.mariadb', () => {
  it('keeps rows for who knows the password', async () => {
    const server = await start.mariadb();
    const { port, user, password, database } = server;
    const client = await mysql.createConnection({ host: '127.0.0.1', port, user, password, database });
    await client.query('CREATE TABLE visits (id integer PRIMARY KEY) ENGINE=InnoDB');
    await client.execute('INSERT INTO visits VALUES (?)', [7]);
    expect((await client.query('SELECT id FROM visits'))[0]).toEqual([{ id: 7 }]);
    await client.end();
    const stranger = mysql.createConnection({ host: '127.0.0.1', port, user, password: 'wrong' });
    await expect(stranger).rejects.toMatchObject({ code: 'ER_ACCESS_DENIED_ERROR' });
    await server.stop();
  }, 60_000);
});

await describeWithBackends(['node-exporter'], 'start.nodeExporter', () => {
  it('reads this machine', async () => {
    const exporter = await start.nodeExporter();
    const total = /^node_memory_MemTotal_bytes (\S+)$/m.exec(await exporter.metrics())?.[1];
    expect(Number(total)).toBe(totalmem());
    await exporter.stop();
  });
});

await describeWithBackends(['collectd'], 'start.collectd', () => {
  it('takes StatsD packets and gives their values', async () => {
    const collectd = await start.collectd();
    await sendDatagram(collectd.port, 'visits:3|c\nqueue:1.5|g\nwait:100|ms\nusers:a|s');
    const values = await pollUntil(
      async () => {
        const current = await collectd.values();
        return current['gauge-queue'] === 1.5 && current;
      },
      { what: 'the values' },
    );
    expect(values).toMatchObject({ 'count-visits': 3, 'objects-users': 1 });
    expect(values['latency-wait-average']).toBeCloseTo(0.1, 3);
  });
});

await describeWithBackends(['moto'], 'start.moto', () => {
  it('keeps the metrics of CloudWatch until it is reset', async () => {
    const moto = await start.moto();
    const ask = async (action: string) => {
      const response = await fetch(moto.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: 'AWS4-HMAC-SHA256 Credential=a/20260101/eu-west-1/monitoring/aws4_request',
        },
        body: `Version=2010-08-01&Action=${action}`,
      });
      expect(response.status).toBe(200);
      return response.text();
    };
    await ask('PutMetricData&Namespace=Shop&MetricData.member.1.MetricName=orders&MetricData.member.1.Value=3');
    expect(await ask('ListMetrics')).toContain('<MetricName>orders</MetricName>');
    await moto.reset();
    expect(await ask('ListMetrics')).not.toContain('orders');
  });
});

describe('start.statsd', () => {
  it.each(['udp', 'tcp'] as const)(
    'adds up what it takes over %s, and starts again on the same port',
    async (protocol) => {
      const first = await start.statsd({ protocol });
      await sendTo(protocol, first.port, 'visits:3|c\nlevel:7|g\n');
      await pollUntil(() => first.values().counters['visits'] === 3, { what: 'the first visits' });
      await sendTo(protocol, first.port, 'visits:2|c\nlevel:4|g\nnonsense\n');
      await pollUntil(() => first.values().counters['visits'] === 5, { what: 'more visits' });
      expect(await first.settledValues()).toMatchObject({
        counters: { visits: 5, 'statsd.bad_lines_seen': 1 },
        gauges: { level: 4 },
      });
      await first.stop();
      const second = await start.statsd({ protocol, port: first.port });
      expect(second.port).toBe(first.port);
      expect((await second.settledValues()).counters['visits']).toBeUndefined();
      await second.stop();
    },
  );
});

async function sendTo(protocol: 'udp' | 'tcp', port: number, payload: string): Promise<void> {
  if (protocol === 'udp') return sendDatagram(port, payload);
  const socket = connect(port, '127.0.0.1');
  await once(socket.end(payload), 'close');
}

async function sendDatagram(port: number, payload: string): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.send(payload, port, '127.0.0.1', resolve));
  socket.close();
}
