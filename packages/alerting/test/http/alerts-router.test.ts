import { type IncomingMessage, type RequestListener, createServer } from 'node:http';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { type AlertControl, type AlertSource, type HttpHandler, MetricsError } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { type AlertsRouterOptions, createAlertsRouter } from '../../src/http/alerts-router.ts';

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

const NOW = Date.UTC(2026, 0, 1);

const alerts: AlertSource = {
  getActiveAlerts: () => [],
  getAlertHistory: ({ start, end }) =>
    [start, end].map((at, index) => ({
      seq: index,
      at,
      type: 'firing',
      id: 'a',
      ruleName: 'Down',
      labels: {},
      value: NaN,
    })),
  getSilences: () => [],
  getRuleHealth: () => [],
  getChannelHealth: () => [
    { channel: 'ops', undelivered: 1, oldestUndeliveredMs: 5, circuitOpen: false, consecutiveFailures: 0 },
  ],
  getDeliveries: () => [],
  getDeadLetters: () => [],
  onAlertEvent: () => () => undefined,
};

function controlThat(): { [Name in keyof AlertControl]: jest.Mock<AlertControl[Name]> } {
  return {
    acknowledge: jest.fn<AlertControl['acknowledge']>().mockResolvedValue(),
    unacknowledge: jest.fn<AlertControl['unacknowledge']>().mockResolvedValue(),
    silence: jest
      .fn<AlertControl['silence']>()
      .mockImplementation((asked) => Promise.resolve({ id: 's1', startsAt: new Date(NOW), ...asked })),
    expireSilence: jest
      .fn<AlertControl['expireSilence']>()
      .mockRejectedValue(new MetricsError('METRICS_ERR_ARGUMENT_INVALID', 'There is no silence "x".')),
    redeliver: jest.fn<AlertControl['redeliver']>().mockRejectedValue(new Error('secret of the house')),
    testChannel: jest.fn<AlertControl['testChannel']>().mockResolvedValue({
      at: new Date(NOW),
      channel: 'ops',
      groupLabels: {},
      firing: 0,
      resolved: 1,
      status: 'delivered',
      attempt: 1,
      durationMs: 3,
    }),
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

type Ask = (
  path: string,
  options?: { method?: string; body?: unknown; headers?: Readonly<Record<string, string>> },
) => Promise<Answer>;

async function serve(
  options: Partial<AlertsRouterOptions> = {},
  wrap?: (inner: HttpHandler) => RequestListener,
): Promise<Ask> {
  const router = createAlertsRouter({ alerts, clock: new ManualClock(NOW), ...options });
  const server = createServer(wrap === undefined ? (req, res) => router(req, res) : wrap(router));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return async (path, { method = 'GET', body, headers = {} } = {}) =>
    new Promise((resolve, reject) => {
      const req = request(
        { port, path, method, headers: { 'content-type': 'application/json', ...headers }, agent: false },
        (res) => {
          const chunks: Uint8Array[] = [];
          res.on('data', (chunk: Uint8Array) => chunks.push(chunk));
          res.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({
              status: res.statusCode ?? 0,
              headers: res.headers,
              body: text === '' ? undefined : JSON.parse(text),
            });
          });
        },
      );
      req.on('error', reject);
      req.end(body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
    });
}

const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) => ({ method: 'POST', body, headers });

describe('reading alerts over HTTP', () => {
  it('shows everything that is known now', async () => {
    const ask = await serve();
    const { status, body, headers } = await ask('/');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
    expect(body).toEqual({
      active: [],
      silences: [],
      rules: [],
      channels: [
        { channel: 'ops', undelivered: 1, oldestUndeliveredMs: 5, circuitOpen: false, consecutiveFailures: 0 },
      ],
      deliveries: [],
      deadLetters: [],
    });
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: undefined });
  });

  it('shows what happened between two moments, the last day by default', async () => {
    const ask = await serve();
    const times = async (path: string) =>
      ((await ask(path)).body as { events: { at: string }[] }).events.map(({ at }) => Date.parse(at));
    expect(await times('/history')).toEqual([NOW + 1, NOW + 1 - 86_400_000]);
    expect(await times(`/history?start=${NOW - 10}&end=${NOW}`)).toEqual([NOW, NOW - 10]);
    expect((await ask('/history?start=tomorrow')).status).toBe(400);
    expect((await ask('/history?start=5&end=4')).status).toBe(400);
  });

  it('leaves other paths to others, and refuses other methods', async () => {
    const ask = await serve({ basePath: '/alerts/' });
    expect((await ask('/alerts')).status).toBe(200);
    expect((await ask('/alerts/history')).status).toBe(200);
    expect((await ask('/other')).status).toBe(404);
    expect((await ask('//')).status).toBe(404);
    expect((await ask('/alertshistory')).status).toBe(404);
    expect(await ask('/alerts/history', { method: 'DELETE' })).toMatchObject({
      status: 405,
      headers: { allow: 'GET' },
    });
    const mounted = await serve({}, (inner) => (req, res) => {
      inner(req, res, () => res.writeHead(418).end());
    });
    expect((await mounted('/other')).status).toBe(418);
  });
});

describe('acting on alerts over HTTP', () => {
  it('does what is asked and tells the result', async () => {
    const control = controlThat();
    const ask = await serve({ control });
    expect(await ask('/acknowledge', post({ id: 'a', by: 'ann', comment: 'mine' }))).toMatchObject({
      status: 200,
      body: { result: null },
    });
    expect(control.acknowledge.mock.calls).toEqual([['a', 'ann', 'mine']]);
    await ask('/unacknowledge', post({ id: 'a' }));
    expect(control.unacknowledge.mock.calls).toEqual([['a']]);
    expect((await ask('/test', post({ channel: 'ops' }))).body).toMatchObject({ result: { status: 'delivered' } });
    const matchers = [{ name: 'instance', op: '=~', value: 'a.*' }];
    const asked = { matchers, durationMs: 3_600_000, by: 'ann', comment: 'maintenance' };
    expect((await ask('/silence', post(asked))).body).toMatchObject({ result: { id: 's1', createdBy: 'ann' } });
    expect(control.silence.mock.calls).toEqual([
      [{ matchers, endsAt: new Date(NOW + 3_600_000), createdBy: 'ann', comment: 'maintenance' }],
    ]);
  });

  it('says what is wrong with a request, and nothing of what went wrong here', async () => {
    const ask = await serve({ control: controlThat() });
    expect(await ask('/expire', post({ id: 'x' }))).toMatchObject({
      status: 400,
      body: { error: 'There is no silence "x".' },
    });
    expect(await ask('/redeliver', post({ id: 'x' }))).toMatchObject({
      status: 500,
      body: { error: 'Something went wrong here.' },
    });
    expect(await ask('/acknowledge', post({ id: 1 }))).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/by/) },
    });
    expect((await ask('/acknowledge', post('{'))).status).toBe(400);
    expect((await ask('/acknowledge', post(`"${'x'.repeat(70_000)}"`))).status).toBe(400);
    expect(
      (await ask('/silence', post({ matchers: [{ name: 'a', op: '=', value: 'b' }], by: 'a', comment: '' }))).body,
    ).toEqual({
      error: expect.stringContaining('either `endsAt` or `durationMs`'),
    });
    expect((await ask('/acknowledge')).status).toBe(405);
  });

  it('takes the body that a parser before it has read', async () => {
    const control = controlThat();
    const ask = await serve({ control }, (inner) => (req, res) => {
      req.resume();
      req.on('end', () => inner(Object.assign(req, { body: { id: 'parsed' } }), res));
    });
    await ask('/unacknowledge', post({ id: 'raw' }));
    expect(control.unacknowledge.mock.calls).toEqual([['parsed']]);
  });

  it('does nothing without a control', async () => {
    const ask = await serve();
    expect((await ask('/acknowledge', post({ id: 'a', by: 'ann' }))).status).toBe(404);
  });

  it.each([
    ['a form of another site', { 'content-type': 'text/plain' }, 415],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a script of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a script of a neighbour', { 'sec-fetch-site': 'same-site' }, 403],
    ['an old browser on another site', { origin: 'https://evil.example' }, 403],
    ['an unknown origin', { origin: 'null' }, 403],
  ])('refuses %s', async (_, headers, status) => {
    const control = controlThat();
    const ask = await serve({ control });
    expect((await ask('/acknowledge', post({ id: 'a', by: 'ann' }, headers))).status).toBe(status);
    expect(control.acknowledge).not.toHaveBeenCalled();
  });

  it('takes what its own page sends, also behind a proxy that changes the host', async () => {
    const ask = await serve({ control: controlThat(), auth: () => true });
    for (const headers of [
      { 'sec-fetch-site': 'same-origin', origin: 'https://public.example', 'x-forwarded-for': '1.2.3.4' },
      { 'content-type': 'application/json; charset=utf-8' },
    ]) {
      expect((await ask('/acknowledge', post({ id: 'a', by: 'ann' }, headers))).status).toBe(200);
    }
  });
});

describe('who may ask', () => {
  it.each<[string, Record<string, string>]>([
    ['through a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['for a foreign name that leads here', { host: 'evil.example' }],
  ])('is nobody who comes %s, without `auth`', async (_, headers) => {
    const ask = await serve();
    expect(await ask('/', { headers })).toMatchObject({
      status: 403,
      body: { error: expect.stringContaining('auth') },
    });
  });

  it('is who has a token, or whom a function accepts', async () => {
    const byToken = await serve({ auth: { bearer: 'T1' } });
    expect(await byToken('/')).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect((await byToken('/', { headers: { authorization: 'Bearer T1', host: 'any.example' } })).status).toBe(200);
    const byFunction = await serve({ auth: ({ headers }) => Promise.resolve(headers['x-user'] === 'ann') });
    expect((await byFunction('/', { headers: { 'x-user': 'ann' } })).status).toBe(200);
    expect((await byFunction('/')).status).toBe(403);
  });
});
