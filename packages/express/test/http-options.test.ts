import { MetricsCollector } from '@bduf/metrics-core';
import { createMetricsMiddleware, type HttpMetricsOptions, instrumentHttp, measureAs } from '@bduf/metrics-express';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import { EXPRESS_VERSIONS, NEWEST_EXPRESS } from './support/express-versions.ts';
import { MeasuredServer } from './support/measured-server.ts';
import { countedRequests, series, total } from './support/readings.ts';
import { eventually, TestServer } from './support/test-server.ts';

let measured: MeasuredServer;
afterEach(async () => measured.close());

async function serve(build: (app: Express) => void, options?: HttpMetricsOptions): Promise<void> {
  measured = await MeasuredServer.express(NEWEST_EXPRESS, build, options);
}

async function ask(...paths: readonly string[]): Promise<void> {
  for (const path of paths) await measured.server.request(path);
}

describe('status grouping', () => {
  it('counts statuses by their class', async () => {
    await serve((app) => app.get('/:status', (req, res) => void res.sendStatus(Number(req.params.status))), {
      groupStatus: true,
    });
    await ask('/200', '/204', '/302', '/404', '/503');
    await measured.settled(5);
    expect(countedRequests(measured.collector)).toEqual([
      'GET /:status 2xx',
      'GET /:status 2xx',
      'GET /:status 3xx',
      'GET /:status 4xx',
      'GET /:status 5xx',
    ]);
  });
});

describe('routes that the application chooses', () => {
  it('replace the route that was found, or leave requests out', async () => {
    await serve((app) => {
      app.get('/export/:format', measureAs('/export'), (_req, res) => void res.send('ok'));
      app.get('/health', measureAs(false), (_req, res) => void res.send('ok'));
      app.get('/other', (_req, res) => void res.send('ok'));
    });
    await ask('/export/pdf', '/health', '/other');
    await measured.settled(2);
    expect(countedRequests(measured.collector)).toEqual(['GET /export 200', 'GET /other 200']);
    expect(total(measured.collector, 'http_response_size_bytes')).toBe(2);
  });

  it('come from the option for all requests, and a failure of it leaves the route that was found', async () => {
    const onError = jest.fn();
    await serve((app) => app.get('/:which', (_req, res) => void res.send('ok')), {
      onError,
      route: (found, { url = '' }) => {
        if (url === '/fails') throw new Error('no route');
        if (url === '/silent') return false;
        return url.startsWith('/v1') ? '/v1/*' : found;
      },
    });
    await ask('/fails', '/silent', '/plain', '/v1/a/b', '/v2/a/b');
    await measured.settled(4);
    expect(countedRequests(measured.collector)).toEqual([
      'GET /:which 200',
      'GET /:which 200',
      'GET /v1/* 404',
      'GET unmatched 404',
    ]);
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it('keep streams that are left out from the streams, too', async () => {
    await serve((app) =>
      app.get('/events', measureAs(false), (_req, res) => void res.type('text/event-stream').write('data: 1\n\n')),
    );
    const socket = measured.server.send('GET /events HTTP/1.1\r\nHost: test\r\n\r\n');
    await new Promise((resolve) => {
      socket.once('data', resolve);
    });
    expect(total(measured.collector, 'http_streams_active')).toBe(0);
    expect(total(measured.collector, 'http_requests_in_flight')).toBe(0);
    socket.destroy();
    await measured.settled(0);
    expect(total(measured.collector, 'http_stream_duration_seconds')).toBe(0);
  });
});

describe("the application's own labels", () => {
  it('are on counts, durations and sizes, within a budget, empty where there is none or it fails', async () => {
    const onError = jest.fn();
    await serve((app) => app.get('/', (_req, res) => void res.send('ok')), {
      onError,
      labels: {
        tenant: {
          maxValues: 2,
          from: ({ headers }) => {
            if (headers['x-tenant'] === 'fails') throw new Error('no tenant');
            return headers['x-tenant']?.toString();
          },
        },
        cached: { from: (_req, res) => (res.getHeader('Age') === undefined ? 'no' : 'yes') },
      },
    });
    for (const tenant of ['a', 'b', 'c', 'd', 'a', 'fails']) {
      await measured.server.request('/', { headers: { 'X-Tenant': tenant } });
    }
    await measured.settled(6);
    for (const metric of ['http_requests_total', 'http_request_duration_seconds', 'http_response_size_bytes']) {
      const tenants = series(measured.collector, metric).map(({ labels, value }) => [labels['tenant'], value]);
      expect(tenants).toEqual([
        ['a', 2],
        ['b', 1],
        ['__overflow__', 2],
        ['', 1],
      ]);
    }
    expect(series(measured.collector, 'http_requests_total')[0]?.labels['cached']).toBe('no');
    expect(onError).toHaveBeenCalledTimes(1);
  });
});

describe('the names of OpenTelemetry', () => {
  const build = (app: Express): void => {
    app.get('/users/:id', (_req, res) => void res.send('ok'));
    app.get('/down', (_req, res) => void res.sendStatus(503));
    app.get('/half', (_req, res) => void res.write('half'));
    app.post('/hang', () => undefined);
  };

  it('replace ours', async () => {
    await serve(build, { naming: 'otel' });
    await ask('/users/1', '/users/2', '/down', '/none');
    await measured.server.abortOnAnswer('/half');
    const socket = measured.server.send('POST /hang HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n');
    const posts = (): number =>
      total(measured.collector, 'http_server_active_requests', { http_request_method: 'POST' });
    await eventually(() => posts() === 1, 'one active request');
    socket.destroy();
    await eventually(() => total(measured.collector, 'http_server_request_duration_seconds') === 6, 'six requests');
    expect(total(measured.collector, 'http_server_active_requests')).toBe(0);
    const counted = series(measured.collector, 'http_server_request_duration_seconds').map(({ labels, value }) =>
      [value, ...Object.values(labels)].join(' '),
    );
    // Method, route, status that was sent, scheme and error.
    expect(counted).toEqual([
      '2 GET /users/:id 200 http ',
      '1 GET /down 503 http 503',
      '1 GET  404 http ',
      '1 GET /half 200 http client_closed',
      '1 POST /hang  http client_closed',
    ]);
    expect(series(measured.collector, 'http_server_active_requests').map(({ labels }) => labels)).toEqual([
      { http_request_method: 'GET', url_scheme: 'http' },
      { http_request_method: 'POST', url_scheme: 'http' },
    ]);
    expect(total(measured.collector, 'http_server_request_body_size_bytes')).toBe(6);
    expect(total(measured.collector, 'http_server_response_body_size_bytes')).toBe(6);
    expect(measured.collector.getMetric('http_requests_total')).toBeUndefined();
    expect(measured.collector.getMetric('http_requests_in_flight')).toBeUndefined();
  });

  it('stand beside ours', async () => {
    await serve(build, { naming: 'both' });
    await ask('/users/1', '/users/2');
    await measured.settled(2);
    expect(total(measured.collector, 'http_server_request_duration_seconds')).toBe(2);
    expect(total(measured.collector, 'http_request_duration_seconds')).toBe(2);
  });
});

describe('exemplars', () => {
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const span = '00f067aa0ba902b7';

  async function exemplarsOf(traceparent: string, options?: HttpMetricsOptions): Promise<readonly unknown[]> {
    await serve((app) => app.get('/', (_req, res) => void res.send('ok')), options);
    await measured.server.request('/', { headers: { traceparent } });
    await measured.settled(1);
    const families = ['http_requests_total', 'http_request_duration_seconds'];
    return families.flatMap((name) =>
      (measured.collector.getMetric(name)?.read().blocks ?? []).flatMap(({ exemplars }) =>
        exemplars.map(({ labels }) => labels),
      ),
    );
  }

  it('are the trace of a sampled request', async () => {
    const labels = { trace_id: trace, span_id: span };
    expect(await exemplarsOf(`00-${trace}-${span}-01`)).toEqual([labels, labels]);
  });

  it.each([
    ['not sampled', `00-${trace}-${span}-00`, undefined],
    ['malformed', `00-${trace}-${span}`, undefined],
    ['hostile', `00-${'}'.repeat(32)}-${span}-01`, undefined],
    ['all zero', `00-${'0'.repeat(32)}-${span}-01`, undefined],
    ['switched off', `00-${trace}-${span}-01`, { exemplars: false }],
  ])('are left out when the trace is %s', async (_why, traceparent, options) => {
    expect(await exemplarsOf(traceparent, options)).toEqual([]);
  });
});

describe('measuring all servers of the process', () => {
  it('counts a request once where the middleware is mounted, too, and stops when it is closed', async () => {
    await serve((app) => app.get('/users/:id', (_req, res) => void res.send('ok')));
    const measuring = instrumentHttp(measured.collector);
    const other = await TestServer.start((_req, res) => void res.end('plain'));
    await ask('/users/1');
    await other.request('/secret');
    await measured.settled(2);
    measuring.close();
    await other.request('/secret');
    await other.close();
    expect(countedRequests(measured.collector)).toEqual(['GET /users/:id 200', 'GET unmatched 200']);
  });
});

describe.each(EXPRESS_VERSIONS)('prepared routes on $name', (version) => {
  it('exist at zero before their first request', async () => {
    const { express } = version;
    let app: Express | undefined;
    const sub = express();
    sub.get('/deep', (_req, res) => void res.send('ok'));
    measured = await MeasuredServer.express(version, (built) => {
      app = built;
      built.get('/plain/:id', (_req, res) => void res.send('ok'));
      built
        .route('/both')
        .post((_req, res) => void res.send('ok'))
        .put((_req, res) => void res.send('ok'));
      built.all('/any', (_req, res) => void res.send('ok'));
      built.use(express.Router().get(['/x', '/y'], (_req, res) => void res.send('ok')));
      built.use(
        '/orgs/:org',
        express.Router().get('/teams', (_req, res) => void res.send('ok')),
      );
      built.use('/sub', sub);
    });
    if (app === undefined) throw new Error('The application was not built.');
    const expected = ['GET /plain/:id', 'POST /both', 'PUT /both', 'GET /x', 'GET /y'];
    // Before router 2.3 the paths of mounts are not kept.
    if (version.name !== 'Express 5.0 with router 2.0') expected.push('GET /orgs/:org/teams', 'GET /sub/deep');
    expect(measured.middleware.prepare(app, sub)).toBe(expected.length);
    const prepared = series(measured.collector, 'http_requests_total').map(({ labels, value }) => {
      expect([labels['status_code'], value]).toEqual(['200', 0]);
      return `${labels['method']} ${labels['route']}`;
    });
    expect(prepared.toSorted()).toEqual(expected.toSorted());
    await ask('/plain/1');
    await measured.settled(1);
    expect(series(measured.collector, 'http_requests_total')).toHaveLength(expected.length);
  });

  it('are none in what is no application', async () => {
    measured = await MeasuredServer.express(version, () => undefined);
    expect(createMetricsMiddleware(new MetricsCollector()).prepare({})).toBe(0);
  });
});
