import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import express5 from 'express';
import express4 from 'express4';
import { MetricsCollector } from '@bduf/metrics-core';
import { query } from '@bduf/metrics-core/primitives';
import { type MetricsDashboardOptions, metricsDashboard } from '../src/index.ts';
import { FakeAlerts } from './support/fake-alerts.ts';
import { type TestServer, ask, serve } from './support/http.ts';
import { RecordedHistory } from './support/recorded-history.ts';
import { Traffic } from './support/traffic.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const servers: TestServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function start(options: Partial<MetricsDashboardOptions> = {}): Promise<number> {
  const server = await serve(metricsDashboard({ collector: new MetricsCollector(), ...options }));
  servers.push(server);
  return server.port;
}

const ACTION = { 'x-metrics-dashboard': '1', 'content-type': 'application/json' };

describe('who may look', () => {
  it('answers only loopback peers that asked for a loopback host and came through no proxy', async () => {
    const port = await start();
    expect((await ask(port, '/')).status).toBe(200);
    for (const headers of [
      { 'x-forwarded-for': '10.0.0.1' },
      { forwarded: 'for=10.0.0.1' },
      { host: 'rebound.example' },
    ]) {
      const refused = await ask(port, '/', { headers });
      expect(refused.status).toBe(403);
      expect(refused.text).toContain('Pass `auth` to metricsDashboard()');
    }
  });

  it.each([
    ['a bearer token', { bearer: 'let-me-in' }, 'Bearer let-me-in', 'Bearer'],
    [
      'a user',
      { user: 'ann', password: 'pä:ss' },
      `Basic ${Buffer.from('ann:pä:ss').toString('base64')}`,
      'Basic realm="metrics", charset="UTF-8"',
    ],
  ] as const)('asks for %s, and then does not mind proxies', async (_name, auth, authorization, challenge) => {
    const port = await start({ auth });
    const headers = { 'x-forwarded-for': '10.0.0.1', host: 'metrics.example' };
    const refused = await ask(port, '/', { headers });
    expect([refused.status, refused.headers['www-authenticate']]).toStrictEqual([401, challenge]);
    expect((await ask(port, '/', { headers: { ...headers, authorization: `${authorization}x` } })).status).toBe(401);
    expect((await ask(port, '/', { headers: { ...headers, authorization } })).status).toBe(200);
  });

  it('asks a function, and refuses when it fails', async () => {
    const port = await start({ auth: (req) => Promise.resolve(req.headers['x-user'] === 'ann') });
    expect((await ask(port, '/', { headers: { 'x-user': 'ann' } })).status).toBe(200);
    expect((await ask(port, '/api/config')).status).toBe(403);
    const failing = await start({ auth: () => Promise.reject(new Error('directory is down')) });
    expect((await ask(failing, '/api/config')).status).toBe(502);
  });

  it('guards every POST against pages of others', async () => {
    const alerts = new FakeAlerts(NOW);
    const port = await start({ alerts, alertControl: alerts });
    const post = (headers: Record<string, string>) =>
      ask(port, '/api/alerts/acknowledge', { method: 'POST', headers, body: { id: 'a1', by: 'ann' } });
    const refusals = [
      {},
      { ...ACTION, 'sec-fetch-site': 'cross-site' },
      { ...ACTION, 'sec-fetch-site': 'same-site' },
      { ...ACTION, origin: 'https://evil.example' },
      { ...ACTION, origin: 'null' },
    ];
    for (const headers of refusals) expect((await post(headers)).status).toBe(403);
    expect(alerts.actions).toStrictEqual([]);
    expect(
      (await post({ ...ACTION, origin: `http://localhost:${port}`, 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(200);
    expect(alerts.actions).toStrictEqual(['acknowledge a1 ann']);
  });

  it('does nothing when it is read-only or has no control', async () => {
    const alerts = new FakeAlerts(NOW);
    for (const options of [{ alerts }, { alerts, alertControl: alerts, readOnly: true }]) {
      const port = await start(options);
      const answer = await ask(port, '/api/alerts/acknowledge', {
        method: 'POST',
        headers: ACTION,
        body: { id: 'a1', by: 'ann' },
      });
      expect(answer.status).toBe(403);
      expect(JSON.parse((await ask(port, '/api/config')).text)).toMatchObject({ canAct: false });
    }
    expect(alerts.actions).toStrictEqual([]);
  });
});

describe('the mount', () => {
  it.each([
    ['Express 5', express5],
    ['Express 4', express4],
  ] as const)('works below any path of %s, with relative addresses and a strict policy', async (_name, express) => {
    const app = express();
    app.use(express.json());
    app.use('/ops/metrics', metricsDashboard({ collector: new MetricsCollector(), history: new RecordedHistory() }));
    const server = await serve(app);
    servers.push(server);
    const bare = await ask(server.port, '/ops/metrics?x=1');
    expect([bare.status, bare.headers.location]).toStrictEqual([302, './metrics/?x=1']);
    const page = await ask(server.port, '/ops/metrics/');
    expect(page.headers['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    );
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(page.text).not.toMatch(/<script>|<style|https?:\/\/|="\//);
    const files = [...page.text.matchAll(/(?:src|href)="(page-[^"]+)"/g)].map(([, file]) => file ?? '');
    expect(files).toHaveLength(2);
    for (const file of files) {
      const answer = await ask(server.port, `/ops/metrics/${file}`, { headers: { 'accept-encoding': 'br' } });
      expect([answer.status, answer.headers['content-encoding'], answer.headers['cache-control']]).toStrictEqual([
        200,
        'br',
        'public, max-age=31536000, immutable',
      ]);
    }
    // A body parser before the mount has read the body already.
    const body = { queries: [{ expression: query('x').expression, startMs: NOW, endMs: NOW, stepMs: 0 }] };
    const answer = await ask(server.port, '/ops/metrics/api/query', {
      method: 'POST',
      headers: { ...ACTION, connection: 'close' },
      body,
    });
    expect(JSON.parse(answer.text)).toMatchObject({
      answers: [{ coverage: 0, reason: 'unknown_metric', series: [], promQl: 'x' }],
    });
  });

  it('serves every file without compression too', async () => {
    const port = await start();
    const page = await ask(port, '/');
    expect(page.headers['content-encoding']).toBeUndefined();
    expect(page.text).toContain('<!doctype html>');
    expect((await ask(port, '/../package.json')).status).toBe(404);
    expect((await ask(port, '/api/nothing')).status).toBe(404);
    expect((await ask(port, '/', { method: 'DELETE' })).status).toBe(405);
    // Two slashes begin no host, and whoever asks for the head of a stream gets an end.
    expect((await ask(port, '//')).status).toBe(404);
    expect((await ask(port, '/api/live', { method: 'HEAD' })).status).toBe(200);
  });

  it('refuses options out of range', () => {
    const collector = new MetricsCollector();
    expect(() => metricsDashboard({ collector, intervalMs: 10 })).toThrow(
      'intervalMs is 10; give a number from 250 to 60000.',
    );
    expect(() => metricsDashboard({ collector, alertControl: new FakeAlerts(NOW) })).toThrow(
      'alertControl is given without alerts',
    );
  });
});

describe('questions', () => {
  const traffic = new Traffic(NOW - 600_000);
  traffic.replay(600, 60);
  const endMs = traffic.clock.now();
  const post = async (port: number, expression: unknown, times: object = { startMs: endMs, endMs, stepMs: 0 }) => {
    const answer = await ask(port, '/api/query', {
      method: 'POST',
      headers: ACTION,
      body: { queries: [{ expression, ...times }] },
    });
    return {
      status: answer.status,
      text: answer.text,
      json:
        answer.status === 200
          ? (JSON.parse(answer.text) as {
              answers: { series: { labels: Record<string, string>; t: number[]; v: number[] }[]; promQl: string }[];
            })
          : undefined,
    };
  };

  it('are answered as the history does, as columns, with their PromQL', async () => {
    const port = await start({ collector: traffic.collector, history: traffic.history });
    const asked = query('http_requests_total').rate(60_000).sumBy('route');
    const { json } = await post(port, asked.expression, { startMs: endMs - 120_000, endMs, stepMs: 30_000 });
    const [expected] = traffic.history.readSync([
      { expression: asked.expression, startMs: endMs - 120_000, endMs, stepMs: 30_000 },
    ]);
    expect(json?.answers[0]?.series.map(({ v }) => v)).toStrictEqual(expected?.series.map(({ values }) => [...values]));
    expect(json?.answers[0]?.promQl).toBe(asked.toString());
  });

  it('are asked of the history once for all who ask the same of the past', async () => {
    const port = await start({ collector: traffic.collector, history: traffic.history });
    const asked = query('http_requests_total').rate(60_000).sum().expression;
    const before = traffic.history.reads;
    await Promise.all(
      Array.from({ length: 20 }, () => post(port, asked, { startMs: endMs - 60_000, endMs, stepMs: 1000 })),
    );
    expect(traffic.history.reads).toBe(before + 1);
  });

  it.each([
    ['no list', 7, /expression must be an object; it is 7/],
    ['an unknown kind', { kind: 'exec' }, /kind must be number, select/],
    [
      'an unknown function',
      { kind: 'window', fn: 'eval', selector: { metric: 'x' }, windowMs: 1 },
      /fn must be one of rate/,
    ],
    [
      'a matcher that is none',
      { kind: 'select', selector: { metric: 'x', matchers: [{ name: 'a', op: '~', value: 'b' }] } },
      /op must be one of/,
    ],
    [
      'a pattern that PromQL refuses',
      { kind: 'select', selector: { metric: 'x', matchers: [{ name: 'a', op: '=~', value: '(' }] } },
      /\(/,
    ],
    [
      'too deep a tree',
      Array.from({ length: 40 }).reduce<object>((of) => ({ kind: 'aggregate', op: 'sum', of }), {
        kind: 'number',
        value: 1,
      }),
      /nested deeper/,
    ],
  ] as const)('that are malformed are refused with the place and the value: %s', async (_name, expression, message) => {
    const port = await start({ history: traffic.history });
    const { status, text } = await post(port, expression);
    expect(status).toBe(400);
    expect(text).toMatch(message);
  });

  it('that cost too much are refused', async () => {
    const port = await start({ history: traffic.history });
    const { status, text } = await post(
      port,
      { kind: 'number', value: 1 },
      { startMs: 0, endMs: 86_400_000, stepMs: 1 },
    );
    expect([status, text]).toStrictEqual([400, 'queries[0].stepMs must give at most 2000 points; it is 1.\n']);
    const large = await ask(port, '/api/query', { method: 'POST', headers: ACTION, body: 'x'.repeat(300_000) });
    expect(large.status).toBe(400);
    const without = await start();
    expect((await post(without, { kind: 'number', value: 1 })).status).toBe(501);
  });

  it('never tell the value of a hidden label', async () => {
    const port = await start({ collector: traffic.collector, history: traffic.history, redactLabels: ['route'] });
    const { json } = await post(port, query('http_requests_total').rate(60_000).sumBy('route').expression);
    expect(new Set(json?.answers[0]?.series.map(({ labels }) => labels['route']))).toStrictEqual(
      new Set(['[redacted]']),
    );
    const probe = await post(port, query('http_requests_total').where({ route: '/health' }).expression);
    expect(probe.status).toBe(400);
    const catalogue = (await ask(port, '/api/catalogue')).text;
    expect(catalogue).toContain('"name":"route","distinct":5,"values":[]');
    expect(catalogue).not.toContain('/api/orders');
  });
});

describe('alerts', () => {
  it('reach the control as they were asked for, and nothing else does', async () => {
    const alerts = new FakeAlerts(NOW);
    const port = await start({ alerts, alertControl: alerts });
    const post = (action: string, body: object) =>
      ask(port, `/api/alerts/${action}`, { method: 'POST', headers: ACTION, body });
    await post('acknowledge', { id: 'a1', by: 'ann' });
    await post('unacknowledge', { id: 'a1' });
    await post('silence', {
      matchers: [{ name: 'team', op: '=~', value: 'plat.*' }],
      durationMs: 3_600_000,
      by: 'ann',
      comment: 'deploy',
    });
    await post('expire', { id: 's1' });
    await post('redeliver', { id: 'd1' });
    await post('test', { channel: 'slack' });
    expect(alerts.actions).toStrictEqual([
      'acknowledge a1 ann',
      'unacknowledge a1',
      'silence team=~plat.* by ann: deploy',
      'expire s1',
      'redeliver d1',
      'test slack',
    ]);
    for (const [action, body] of [
      ['acknowledge', { id: 'a1' }],
      ['silence', { matchers: [], durationMs: 1, by: 'ann', comment: 'x' }],
      ['explode', {}],
    ] as const) {
      expect((await post(action, body)).status).toBe(400);
    }
    expect(alerts.actions).toHaveLength(6);
  });

  it('never tell the value of a hidden label, wherever it stands', async () => {
    const alerts = new FakeAlerts(NOW);
    const hidden = 'card-4711';
    alerts.active = alerts.active.map((alert) => ({
      ...alert,
      labels: { ...alert.labels, customer: hidden },
      annotations: { summary: `Requests of ${hidden} fail, those of ${hidden} only` },
    }));
    alerts.deadLetters = alerts.deadLetters.map((letter) => ({ ...letter, groupLabels: { customer: hidden } }));
    await alerts.silence({
      matchers: [{ name: 'customer', op: '=', value: hidden }],
      endsAt: new Date(NOW + 60_000),
      createdBy: 'ann',
      comment: 'known',
    });
    const open = await start({ alerts });
    expect((await ask(open, '/api/alerts')).text.split(hidden)).toHaveLength(9);
    const port = await start({ alerts, redactLabels: ['customer'] });
    const { text } = await ask(port, '/api/alerts');
    expect(text).not.toContain(hidden);
    expect(text).toContain('Requests of [redacted] fail, those of [redacted] only');
  });

  it('show what happened within a span, newest first', async () => {
    const port = await start({ alerts: new FakeAlerts(NOW) });
    const { events } = JSON.parse((await ask(port, `/api/alerts/history?start=${NOW - 300_000}&end=${NOW}`)).text) as {
      events: { type: string }[];
    };
    expect(events.map(({ type }) => type)).toStrictEqual(['notified', 'firing', 'pending']);
    expect((await ask(port, '/api/alerts/history?start=5&end=1')).status).toBe(400);
  });
});

describe('the catalogue', () => {
  it('tells what each metric costs', async () => {
    const traffic = new Traffic(NOW - 60_000);
    traffic.replay(60, 0);
    const port = await start({ collector: traffic.collector });
    const { metrics } = JSON.parse((await ask(port, '/api/catalogue')).text) as {
      metrics: { name: string; series: number; samples: number; labels: { name: string; distinct: number }[] }[];
    };
    const duration = metrics.find(({ name }) => name === 'database_query_duration_seconds');
    expect(duration).toMatchObject({ series: 3, samples: 36, labels: [{ name: 'operation', distinct: 3 }] });
  });
});

describe('the package', () => {
  it('needs nothing at run time but the core', () => {
    const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(dependencies)).toStrictEqual(['@bduf/metrics-core']);
  });
});
