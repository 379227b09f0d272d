import { connect as connectHttp2, createServer as createHttp2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock, seriesOf } from '@bduf/metrics-core/primitives';
import { createMetricsMiddleware, type HttpMetricsOptions } from '@bduf/metrics-express';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import { EXPRESS_VERSIONS, NEWEST_EXPRESS, type ExpressVersion } from './support/express-versions.ts';
import { MeasuredServer } from './support/measured-server.ts';
import { eventually } from './support/test-server.ts';

const FIRST_BYTE = 'http_time_to_first_byte_seconds';

let clock: ManualClock;
let measured: MeasuredServer;
afterEach(async () => measured.close());

async function serve(
  build: (app: Express) => void,
  options: HttpMetricsOptions = {},
  version: ExpressVersion = NEWEST_EXPRESS,
): Promise<void> {
  clock = new ManualClock();
  measured = await MeasuredServer.express(version, build, { clock, timeToFirstByte: true, ...options });
}

/** Sums and numbers of a histogram by route. */
function seconds(collector: MetricsCollector, name: string): Readonly<Record<string, number>> {
  const [family] = collector.gatherSync({ names: new Set([name]) });
  if (family === undefined) return {};
  return Object.fromEntries(
    Array.from(seriesOf(family), ({ labels, sum = NaN, value }) => [`${labels['route']} ${value}`, sum]),
  );
}

/** Takes its time before and after the first part of the answer. */
const slowly =
  (begin: (res: Parameters<RequestHandler>[1]) => void): RequestHandler =>
  (_req, res) => {
    clock.advance(2000);
    begin(res);
    clock.advance(5000);
    res.end();
  };

describe.each(EXPRESS_VERSIONS)('time to first byte, $name', (version) => {
  it('ends when the response begins to be sent, whatever sends it', async () => {
    await serve(
      (app) => {
        app.get(
          '/write',
          slowly((res) => void res.write('a')),
        );
        app.get(
          '/flush',
          slowly((res) => res.flushHeaders()),
        );
        app.get(
          '/head',
          slowly((res) => void res.writeHead(200)),
        );
        app.get('/send', (_req, res) => {
          clock.advance(3000);
          res.send('ok');
        });
        app.get('/empty', (_req, res) => void res.sendStatus(204));
      },
      {},
      version,
    );
    for (const path of ['/write', '/flush', '/head', '/send', '/empty']) await measured.server.request(path);
    await measured.settled(5);
    expect(seconds(measured.collector, FIRST_BYTE)).toEqual({
      '/write 1': 2,
      '/flush 1': 2,
      // Over HTTP/1 the head waits for the body.
      '/head 1': 7,
      '/send 1': 3,
      '/empty 1': 0,
    });
    expect(seconds(measured.collector, 'http_request_duration_seconds')).toMatchObject({ '/write 1': 7, '/send 1': 3 });
  });
});

it('is recorded of streams, and not of requests that nobody answered', async () => {
  let arrived: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await serve((app) => {
    app.get('/events', (_req, res) => {
      clock.advance(1000);
      res.type('text/event-stream').write('data: 1\n\n');
    });
    app.get('/silent', () => arrived());
  });
  const events = measured.server.send('GET /events HTTP/1.1\r\nHost: test\r\n\r\n');
  await new Promise((resolve) => void events.once('data', resolve));
  const silent = measured.server.send('GET /silent HTTP/1.1\r\nHost: test\r\n\r\n');
  await arrival;
  events.destroy();
  silent.destroy();
  await measured.settled(2);
  expect(seconds(measured.collector, FIRST_BYTE)).toEqual({ '/events 1': 1 });
});

it('is when the bytes go out, not when a middleware that holds them back gets them', async () => {
  await serve((app) => {
    app.use((_req, res, next) => {
      // What `compression` does: it builds on the methods that it finds.
      const end = res.end.bind(res) as (body: string) => typeof res;
      const held: string[] = [];
      res.write = (part: unknown) => held.push(String(part)) > 0;
      res.end = (() => {
        clock.advance(4000);
        return end(held.join(''));
      }) as typeof res.end;
      next();
    });
    app.get(
      '/held',
      slowly((res) => void res.write('a')),
    );
  });
  expect((await measured.server.request('/held')).body).toBe('a');
  await measured.settled(1);
  expect(seconds(measured.collector, FIRST_BYTE)).toEqual({ '/held 1': 11 });
});

it('is recorded over HTTP/2, where the head goes out at once', async () => {
  await serve(() => undefined);
  const collector = new MetricsCollector({ clock });
  const middleware = createMetricsMiddleware(collector, { clock, timeToFirstByte: true, route: () => '/h2' });
  const server = createHttp2Server((req, res) => {
    middleware(req as never, res as never, () => {
      clock.advance(2000);
      res.writeHead(200);
      clock.advance(5000);
      res.end('ok');
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const client = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const stream = client.request({ ':path': '/' });
  stream.resume();
  await new Promise((resolve) => void stream.once('close', resolve));
  await eventually(
    () => FIRST_BYTE in Object.fromEntries(collector.gatherSync().map(({ name }) => [name, true])),
    'it',
  );
  expect(seconds(collector, FIRST_BYTE)).toEqual({ '/h2 1': 2 });
  client.close();
  middleware.close();
  server.close();
});

it('is not recorded unless it is asked for, and responses are left as they are', async () => {
  const own = jest.fn();
  await serve(
    (app) =>
      app.get('/', (_req, res) => {
        own(Object.hasOwn(res, 'write'), Object.hasOwn(res, 'end'));
        res.send('ok');
      }),
    { timeToFirstByte: false },
  );
  await measured.server.request('/');
  await measured.settled(1);
  expect(own).toHaveBeenCalledWith(false, false);
  expect(measured.collector.getMetric(FIRST_BYTE)).toBeUndefined();
});
