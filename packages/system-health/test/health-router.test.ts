import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import {
  createHealthRouter,
  diskSpaceCheck,
  eventLoopCheck,
  GracefulShutdown,
  type HealthCheck,
  type HealthCheckFinding,
  type HealthRouterOptions,
  httpCheck,
  memoryCheck,
  poolCheck,
  SystemHealthMonitor,
  tcpCheck,
} from '@bduf/metrics-system-health';
import { cgroupV2, FakeSystem } from './fake-system.ts';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

async function serve(handler: Parameters<typeof createServer>[1]): Promise<{ url: string; port: number }> {
  const server = createServer({}, handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}

function createMonitor(clock = new ManualClock()): SystemHealthMonitor {
  return new SystemHealthMonitor(new MetricsCollector({ clock }), 10_000, { clock, system: false });
}

function finds(finding: HealthCheckFinding, more: Partial<HealthCheck> = {}): HealthCheck {
  return { name: 'x', description: 'X.', timeout: 100, cacheTtlMs: 0, ...more, check: () => Promise.resolve(finding) };
}

async function probe(url: string, headers: Record<string, string> = {}, method = 'GET') {
  const response = await fetch(url, { headers, method });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    headers: response.headers,
    text: await response.text(),
  };
}

async function world(options: HealthRouterOptions = {}) {
  const monitor = createMonitor();
  const { url } = await serve(createHealthRouter(monitor, options));
  return { monitor, url };
}

describe('the health router', () => {
  it('asks each probe for its own checks', async () => {
    const { monitor, url } = await world();
    const codes = async (): Promise<readonly number[]> =>
      Promise.all(
        ['livez', 'readyz', 'startupz', 'healthz'].map(async (path) => (await probe(`${url}/${path}?x=1`)).status),
      );
    expect(await codes()).toEqual([200, 200, 200, 200]);
    monitor.registerHealthCheck('db', finds({ status: 'unhealthy' }));
    expect(await codes()).toEqual([200, 503, 200, 503]);
    monitor.unregisterHealthCheck('db');
    monitor.registerHealthCheck('deadlock', finds({ status: 'unhealthy' }, { kind: 'liveness' }));
    expect(await codes()).toEqual([503, 200, 200, 503]);
    monitor.unregisterHealthCheck('deadlock');
    monitor.registerHealthCheck('cache', finds({ status: 'unhealthy' }, { critical: false }));
    expect(await codes()).toEqual([200, 200, 200, 200]);
  });

  it('lets startup pass once and for all', async () => {
    const { monitor, url } = await world();
    let status: 'healthy' | 'unhealthy' = 'unhealthy';
    monitor.registerHealthCheck('warm', {
      ...finds({ status }, { kind: 'startup' }),
      check: () => Promise.resolve({ status }),
    });
    const codes: number[] = [];
    for (status of ['unhealthy', 'healthy', 'unhealthy'] as const) codes.push((await probe(`${url}/startupz`)).status);
    expect(codes).toEqual([503, 200, 200]);
  });

  it('shows names and statuses to all, and the rest to bearers of the token, in every format', async () => {
    const { monitor, url } = await world({ bearerToken: 'letmein' });
    monitor.registerHealthCheck('db', finds({ status: 'degraded', message: 'slow\nreplica', details: { lag: 7 } }));
    monitor.registerHealthCheck('mq', finds({ status: 'healthy' }));
    const formats = [
      { path: '/readyz', headers: {} },
      { path: '/readyz', headers: { accept: 'application/health+json' } },
      { path: '/readyz?verbose', headers: {} },
    ];
    const ask = (authorization: string) =>
      Promise.all(formats.map(({ path, headers }) => probe(`${url}${path}`, { ...headers, authorization })));
    const [json, draft, text] = await ask('Bearer wrong');
    expect(JSON.parse(json?.text ?? '')).toEqual({
      status: 'degraded',
      checks: [
        { name: 'db', status: 'degraded' },
        { name: 'mq', status: 'healthy' },
      ],
    });
    expect(draft?.type).toBe('application/health+json; charset=utf-8');
    expect(JSON.parse(draft?.text ?? '')).toEqual({
      status: 'warn',
      checks: { 'db:responseTime': [{ status: 'warn' }], 'mq:responseTime': [{ status: 'pass' }] },
    });
    expect(text?.text).toBe('[~]db degraded: reason withheld\n[+]mq ok\ndegraded\n');
    const [openJson, openDraft, openText] = await ask('Bearer letmein');
    expect(JSON.parse(openJson?.text ?? '')).toMatchObject({
      checks: [{ message: 'slow\nreplica', details: { lag: 7 } }, {}],
    });
    expect(JSON.parse(openDraft?.text ?? '')).toMatchObject({
      checks: { 'db:responseTime': [{ output: 'slow\nreplica', observedUnit: 'ms' }] },
    });
    expect(openText?.text).toBe('[~]db degraded: slow replica\n[+]mq ok\ndegraded\n');
  });

  it('is never cached, answers HEAD, and refuses the rest', async () => {
    const { url } = await world();
    const { headers, text, type } = await probe(`${url}/livez`, { accept: 'text/plain' });
    expect([headers.get('cache-control'), type, text]).toEqual(['no-store', 'text/plain; charset=utf-8', 'ok\n']);
    expect(await probe(`${url}/livez`, {}, 'HEAD')).toMatchObject({ status: 200, text: '' });
    expect((await probe(`${url}/livez`, {}, 'POST')).status).toBe(405);
    expect((await probe(`${url}/livez`, { accept: 'image/png' })).type).toContain('application/json');
    for (const path of ['/', '/livez/x', '/constructor', '//%', '/LIVEZ'])
      expect((await probe(url + path)).status).toBe(404);
  });

  it('leaves other paths to the next handler, and takes a prefix', async () => {
    const router = createHealthRouter(createMonitor(), { prefix: '/internal' });
    const { url } = await serve((req, res) => router(req, res, () => res.end('next')));
    expect((await probe(`${url}/livez`)).text).toBe('next');
    expect((await probe(`${url}/internal/livez`)).status).toBe(200);
  });
});

describe('a graceful shutdown', () => {
  it('fails readiness first, waits, runs the hooks in order, and says how it went', async () => {
    const clock = new ManualClock();
    const monitor = createMonitor(clock);
    const { url } = await serve(createHealthRouter(monitor));
    const steps: string[] = [];
    const exit = jest.fn();
    const hooks = [() => steps.push('server'), () => Promise.reject(new Error('db')), () => steps.push('log')];
    const onError = jest.fn();
    const shutdown = new GracefulShutdown(monitor, { hooks, exit, onError, clock });
    const code = shutdown.run();
    expect(shutdown.run()).toBe(code);
    expect(await probe(`${url}/readyz?verbose`)).toMatchObject({ status: 503, text: '[-]shutting down\nunhealthy\n' });
    expect((await probe(`${url}/livez`)).status).toBe(200);
    clock.advance(4_999);
    expect(steps).toEqual([]);
    clock.advance(1);
    expect(await code).toBe(1);
    expect(steps).toEqual(['server', 'log']);
    expect(onError).toHaveBeenCalledTimes(1);
    expect(exit.mock.calls).toEqual([[1]]);
  });

  it('ends at the deadline when a hook hangs, and with 0 when all went well', async () => {
    for (const [hook, expected] of [
      [() => new Promise(() => undefined), 1],
      [() => undefined, 0],
    ] as const) {
      const clock = new ManualClock();
      const exit = jest.fn();
      const code = new GracefulShutdown(createMonitor(clock), {
        hooks: [hook],
        drainMs: 1,
        deadlineMs: 10,
        exit,
        clock,
      }).run();
      clock.advance(1);
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(10);
      expect(await code).toBe(expected);
      expect(exit).toHaveBeenCalledWith(expected);
    }
  });
});

describe('ready-made checks', () => {
  const signal = new AbortController().signal;

  it('ask real servers', async () => {
    const { url, port } = await serve((req, res) => {
      res.statusCode = req.url === '/ok' ? 204 : 500;
      res.end();
    });
    expect(await httpCheck(`${url}/ok`).check({ signal })).toMatchObject({ status: 'healthy' });
    expect(await httpCheck(`${url}/bad`).check({ signal })).toMatchObject({
      status: 'unhealthy',
      message: 'It answered 500.',
    });
    expect(await tcpCheck({ host: '127.0.0.1', port }).check({ signal })).toMatchObject({ status: 'healthy' });
    await expect(tcpCheck({ host: '127.0.0.1', port: 1 }).check({ signal })).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it('end when they are aborted', async () => {
    const hanging = await serve(() => undefined);
    for (const check of [httpCheck(hanging.url), tcpCheck({ host: '127.0.0.1', port: hanging.port })]) {
      const controller = new AbortController();
      const finding = check.check({ signal: controller.signal });
      controller.abort();
      await expect(finding).rejects.toThrow(/abort/);
    }
  });

  it('judge what runs out', async () => {
    const readings = new FakeSystem({
      ...cgroupV2('/'),
      '/sys/fs/cgroup/memory.max': '100\n',
      '/sys/fs/cgroup/memory.current': '90\n',
    });
    const statusOf = async (check: HealthCheck): Promise<string> => (await check.check({ signal })).status;
    expect(await statusOf(memoryCheck({ readings }))).toBe('degraded');
    expect(await statusOf(memoryCheck({ readings: new FakeSystem() }))).toBe('healthy');
    expect(await statusOf(diskSpaceCheck('/', { readings }))).toBe('healthy');
    readings.space = () => Promise.resolve({ size: 100, free: 10, available: 1 });
    expect(await statusOf(diskSpaceCheck('/', { readings }))).toBe('unhealthy');
    const loop = eventLoopCheck({ readings });
    readings.loopTime = { active: 1_000, idle: 0 };
    expect(await statusOf(loop)).toBe('unhealthy');
    readings.loopTime = { active: 1_100, idle: 900 };
    expect(await statusOf(loop)).toBe('healthy');
    expect(await statusOf(poolCheck(() => ({ active: 10, max: 10, waiting: 3 })))).toBe('degraded');
    expect(await statusOf(poolCheck(() => ({ active: 10, max: 10, waiting: 0 })))).toBe('healthy');
  });
});
