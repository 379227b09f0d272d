import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import { Agent, IncomingMessage, ServerResponse } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { createMetricsMiddleware } from '@bduf/metrics-express';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Express, Response } from 'express';
import { NEWEST_EXPRESS } from './support/express-versions.ts';
import { MeasuredServer } from './support/measured-server.ts';
import { countedRequests, series, total } from './support/readings.ts';
import { destroyed, eventually } from './support/test-server.ts';

let measured: MeasuredServer;
afterEach(async () => measured.close());

async function serve(
  build: (app: Express) => void,
  options?: Parameters<typeof createMetricsMiddleware>[1],
): Promise<void> {
  measured = await MeasuredServer.express(NEWEST_EXPRESS, build, options);
}

describe('requests in flight', () => {
  it('are counted by method while they wait, and go on as zero', async () => {
    const waiting: ServerResponse[] = [];
    await serve((app) => app.all('/wait', (_req, res) => void waiting.push(res)));
    const answers = ['GET', 'GET', 'POST'].map(async (method) => measured.server.request('/wait', { method }));
    await eventually(() => waiting.length === 3, 'three requests wait');
    expect(total(measured.collector, 'http_requests_in_flight', { method: 'GET' })).toBe(2);
    expect(total(measured.collector, 'http_requests_in_flight', { method: 'POST' })).toBe(1);
    for (const res of waiting) res.end();
    await Promise.all(answers);
    await measured.settled(3);
    expect(series(measured.collector, 'http_requests_in_flight')).toEqual([
      { labels: { method: 'GET' }, value: 0 },
      { labels: { method: 'POST' }, value: 0 },
    ]);
  });

  // Node closes the response that is being written and forgets the ones behind it.
  it('end when a connection breaks on which responses are queued', async () => {
    let arrived = 0;
    await serve((app) => app.get('/:which', (req, res) => void (++arrived, req.params.which === 'b' && res.send('b'))));
    const ask = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`;
    const socket = measured.server.send(ask('/a') + ask('/b') + ask('/c'));
    await eventually(() => arrived === 3, 'three requests arrived');
    await destroyed(socket);
    await measured.settled(3);
    expect(countedRequests(measured.collector)).toEqual(['GET /:which 499', 'GET /:which 499', 'GET /:which 499']);
  });

  it('end when the client left before the middleware ran', async () => {
    let resume: () => void = () => undefined;
    const collector = new MetricsCollector({ strict: true });
    const late = createMetricsMiddleware(collector);
    await serve((app) => {
      app.use((_req, _res, next) => {
        resume = next;
      });
      app.use(late);
      app.use((_req, res) => void res.send('to nobody'));
    });
    const socket = measured.server.send('GET /x HTTP/1.1\r\nHost: test\r\n\r\n');
    await eventually(() => total(measured.collector, 'http_requests_in_flight') === 1, 'the request waits');
    await destroyed(socket);
    await measured.settled(1);
    resume();
    late.close();
    expect(total(collector, 'http_requests_in_flight')).toBe(0);
    expect(countedRequests(collector)).toEqual(['GET unmatched 499']);
  });
});

describe('streams', () => {
  it.each([
    ['by res.type', (res: Response) => res.type('text/event-stream')],
    ['by writeHead', (res: ServerResponse) => res.writeHead(200, { 'Content-Type': 'text/event-stream' })],
  ])('are counted apart while they are open: event stream %s', async (_how, sendHead) => {
    await serve((app) =>
      app.get('/events/:topic', (_req, res) => {
        sendHead(res);
        res.write('data: 1\n\n');
      }),
    );
    const socket = measured.server.send('GET /events/a HTTP/1.1\r\nHost: test\r\n\r\n');
    await eventually(() => total(measured.collector, 'http_streams_active') === 1, 'one stream open');
    expect(series(measured.collector, 'http_streams_active')).toEqual([
      { labels: { route: '/events/:topic' }, value: 1 },
    ]);
    expect(total(measured.collector, 'http_requests_in_flight')).toBe(0);
    await destroyed(socket);
    await measured.settled(1);
    expect(total(measured.collector, 'http_streams_active')).toBe(0);
    expect(countedRequests(measured.collector)).toEqual(['GET /events/:topic 200']);
    expect(total(measured.collector, 'http_stream_duration_seconds')).toBe(1);
    expect(total(measured.collector, 'http_request_duration_seconds')).toBe(0);
    expect(total(measured.collector, 'http_response_size_bytes')).toBe(0);
  });

  it('include upgraded connections that are routed through the application, until their socket closes', async () => {
    await serve((app) => app.get('/chat/:room', (_req, res) => void res.socket));
    const { server } = measured.server;
    const app = server.listeners('request')[0];
    if (typeof app !== 'function') throw new Error('The server has no listener.');
    server.on('upgrade', (req: IncomingMessage, socket) => {
      socket.on('error', () => undefined);
      socket.resume().once('end', () => socket.destroy());
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n');
      // As express-ws does: the response never gets a socket and never closes.
      const response = new ServerResponse(req);
      response.statusCode = 101;
      Reflect.apply(app, server, [req, response]);
    });
    const socket = measured.server.send(
      'GET /chat/7 HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n',
    );
    await eventually(() => total(measured.collector, 'http_streams_active', { route: '/chat/:room' }) === 1, 'open');
    await destroyed(socket);
    await measured.settled(1);
    expect(countedRequests(measured.collector)).toEqual(['GET /chat/:room 101']);
    expect(total(measured.collector, 'http_streams_active')).toBe(0);
  });

  it('do not include a request that only offers an upgrade', async () => {
    await serve((app) => app.get('/', (_req, res) => void res.send('no, thanks')));
    await measured.server.request('/', { headers: { Connection: 'Upgrade, close', Upgrade: 'h2c' } });
    await measured.settled(1);
    expect(total(measured.collector, 'http_request_duration_seconds')).toBe(1);
  });
});

describe('duration', () => {
  it('begins when the request arrived, not when the middleware was reached', async () => {
    const clock = new ManualClock();
    const collector = new MetricsCollector({ strict: true });
    const middleware = createMetricsMiddleware(collector, { clock });
    measured = await MeasuredServer.express(NEWEST_EXPRESS, (app) => {
      app.use((_req, _res, next) => {
        clock.advance(3000);
        next();
      });
      app.use(middleware);
      app.get('/', (_req, res) => {
        clock.advance(4000);
        res.send('ok');
      });
    });
    await measured.server.request('/');
    await eventually(() => total(collector, 'http_requests_total') === 1, 'counted');
    middleware.close();
    const [block] = collector.getMetric('http_request_duration_seconds')?.read().blocks ?? [];
    expect(block?.values.at(-1)).toBe(7);
  });
});

describe('the middleware', () => {
  it('adds one listener to a response and one property to a request', async () => {
    const seen: { listeners: number[]; keys: (string | symbol)[] } = { listeners: [], keys: [] };
    const collector = new MetricsCollector({ strict: true });
    const middleware = createMetricsMiddleware(collector);
    measured = await MeasuredServer.node(() => (req, res) => {
      const before = new Set(Reflect.ownKeys(req));
      const count = (): number => res.eventNames().reduce((sum, event) => sum + res.listenerCount(event), 0);
      const listeners = count();
      middleware(req, res, () => {
        seen.listeners.push(count() - listeners);
        seen.keys.push(...Reflect.ownKeys(req).filter((key) => !before.has(key)));
        res.end();
      });
    });
    await measured.server.request('/');
    middleware.close();
    expect(seen.listeners).toEqual([1]);
    // The arrival was noted before the handler was called, so the property was there already.
    expect(seen.keys).toEqual([]);
    const bare = bareExchange();
    const middleware2 = createMetricsMiddleware(collector);
    const before = Reflect.ownKeys(bare.req).length;
    middleware2(bare.req, bare.res, () => undefined);
    middleware2.close();
    expect(Reflect.ownKeys(bare.req).length - before).toBe(1);
  });

  it('counts a request once for each collector, however often it is mounted', async () => {
    const other = new MetricsCollector({ strict: true });
    const middlewares = [createMetricsMiddleware(other), createMetricsMiddleware(other)];
    await serve((app) => {
      for (const middleware of middlewares) app.use(middleware);
      app.get('/', (_req, res) => void res.send('ok'));
    });
    await measured.server.request('/');
    await measured.settled(1);
    for (const middleware of middlewares) middleware.close();
    expect(total(other, 'http_requests_total')).toBe(1);
    expect(total(other, 'http_request_duration_seconds')).toBe(1);
  });

  it('leaves out what it is told to ignore', async () => {
    await serve((app) => app.get('/:which', (_req, res) => void res.send('ok')), {
      ignore: ({ url }) => url === '/metrics',
    });
    for (const path of ['/metrics', '/other', '/metrics']) await measured.server.request(path);
    await measured.settled(1);
    expect(countedRequests(measured.collector)).toEqual(['GET /:which 200']);
  });

  it('gives further routes one shared label once the budget is used up', async () => {
    await serve(
      (app) => {
        for (const path of ['/a', '/b', '/c', '/d']) app.get(path, (_req, res) => void res.send('ok'));
      },
      { maxRoutes: 2 },
    );
    for (const path of ['/a', '/b', '/c', '/d', '/a', '/none']) await measured.server.request(path);
    await measured.settled(6);
    expect(countedRequests(measured.collector)).toEqual([
      'GET /a 200',
      'GET /a 200',
      'GET /b 200',
      'GET __overflow__ 200',
      'GET __overflow__ 200',
      'GET unmatched 404',
    ]);
  });

  it('keeps its own failures from the application and reports the first', async () => {
    const onError = jest.fn<(error: unknown) => void>(() => {
      throw new Error('the listener fails, too');
    });
    const failure = new Error('ignore fails');
    await serve((app) => app.get('/', (_req, res) => void res.send('fine')), {
      ignore: () => {
        throw failure;
      },
      onError,
    });
    for (let at = 0; at < 3; at++) expect((await measured.server.request('/')).body).toBe('fine');
    expect(onError.mock.calls).toEqual([[failure]]);
  });

  it('only passes requests on after it was closed', async () => {
    await serve((app) => app.get('/', (_req, res) => void res.send('ok')));
    await measured.server.request('/');
    await measured.settled(1);
    measured.middleware.close();
    expect((await measured.server.request('/')).body).toBe('ok');
    expect(total(measured.collector, 'http_requests_total')).toBe(1);
  });

  it('works without Express, and then knows no routes', async () => {
    measured = await MeasuredServer.node((middleware) => (req, res) => middleware(req, res, () => void res.end('ok')));
    await measured.server.request('/secret/1');
    await measured.settled(1);
    expect(countedRequests(measured.collector)).toEqual(['GET unmatched 200']);
  });

  it('counts aborted and complete HTTP/2 requests', async () => {
    const collector = new MetricsCollector({ strict: true });
    const middleware = createMetricsMiddleware(collector);
    await serve(() => undefined);
    const server = createHttp2Server((req, res) => {
      // The compatibility API of HTTP/2 has the shape of the one of HTTP/1.
      middleware(req as unknown as IncomingMessage, res as unknown as ServerResponse, () => {
        if (req.url === '/hang') res.write('half');
        else res.end('whole');
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const session = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const whole = session.request({ ':path': '/' }).resume();
    await new Promise((resolve) => {
      whole.once('end', resolve);
    });
    const half = session.request({ ':path': '/hang' });
    await new Promise((resolve) => {
      half.once('data', resolve);
    });
    half.close();
    await eventually(() => total(collector, 'http_requests_total') === 2, 'both counted');
    expect(countedRequests(collector)).toEqual(['GET unmatched 200', 'GET unmatched 499']);
    expect(total(collector, 'http_requests_in_flight')).toBe(0);
    middleware.close();
    session.close();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
});

it('puts 10 000 URLs that match nothing into one series', async () => {
  await serve((app) => app.get('/users/:id', (_req, res) => void res.send('ok')));
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const ask = async (): Promise<number> => {
    const path = `/${Math.random().toString(36).slice(2)}/x.php?q=${Math.random()}`;
    return (await measured.server.request(path, { agent })).status;
  };
  for (let batch = 0; batch < 100; batch++) {
    expect(new Set(await Promise.all(Array.from({ length: 100 }, ask)))).toEqual(new Set([404]));
  }
  agent.destroy();
  await measured.settled(10_000);
  expect(series(measured.collector, 'http_requests_total')).toEqual([
    { labels: { method: 'GET', route: 'unmatched', status_code: '404' }, value: 10_000 },
  ]);
}, 120_000);

/** A request and a response without a connection. */
function bareExchange(): { req: IncomingMessage; res: ServerResponse } {
  const req = new IncomingMessage(new Socket());
  req.method = 'GET';
  req.url = '/';
  return { req, res: new ServerResponse(req) };
}
