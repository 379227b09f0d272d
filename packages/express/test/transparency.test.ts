import { request as httpRequest } from 'node:http';
import { MetricsCollector } from '@bduf/metrics-core';
import { createMetricsMiddleware, instrumentHttp } from '@bduf/metrics-express';
import { describe, expect, it } from '@jest/globals';
import type { ErrorRequestHandler, Express, RequestHandler } from 'express';
import { exampleApp } from './support/example-app.ts';
import { EXPRESS_VERSIONS, type ExpressVersion } from './support/express-versions.ts';
import { total } from './support/readings.ts';
import { TestServer } from './support/test-server.ts';

/** A request of the body of behaviour, written as `METHOD path`, with what it sends. */
type Probe = readonly [request: string, headers?: Readonly<Record<string, string>>, body?: string];

const json = { 'Content-Type': 'application/json' };

const PROBES: readonly Probe[] = [
  ['GET /'],
  ['GET /?a=1&a=2&b[c]=3'],
  ['GET /users/42'],
  ['GET /USERS/42/'],
  ['HEAD /users/42'],
  ['OPTIONS /users/42'],
  ['OPTIONS /nowhere'],
  ['POST /users/42'],
  ['GET /users/%E2%82%AC'],
  ['GET /users/%zz'],
  ['GET /items/0'],
  ['GET /b/1'],
  ['GET /reg/77'],
  ['GET /files/x/y/z.txt'],
  ['GET /assets/hello.txt'],
  ['GET /assets/hello.txt', { Range: 'bytes=1-2' }],
  ['GET /assets/hello.txt', { 'If-Modified-Since': 'Fri, 31 Dec 2100 23:59:59 GMT' }],
  ['GET /assets'],
  ['GET /assets/../package.json'],
  ['GET /guard/secret/9'],
  ['GET /orgs/acme/teams/red'],
  ['GET /orgs/acme/teams/red/members/7'],
  ['GET /orgs/nothing/here'],
  ['GET /sub/ok'],
  ['GET /sub/bad'],
  ['GET /throws/5'],
  ['GET /rejects/5'],
  ['GET /skip/5'],
  ['PROPFIND /dav'],
  ['GET /wp-admin.php'],
  ['POST /more/echo', json, '{"a":[1,2]}'],
  ['POST /more/echo', json, '{"a":'],
  ['POST /more/echo', { ...json, 'Transfer-Encoding': 'chunked' }, '{"b":2}'],
  ['GET /more/properties'],
  ['GET /more/params/7'],
  ['GET /more/params/nobody'],
  ['GET /more/redirect'],
  ['GET /more/cookie'],
  ['GET /more/jsonp?callback=f'],
  ['GET /more/negotiated', { Accept: 'text/html' }],
  ['GET /more/negotiated', { Accept: 'image/png' }],
  ['GET /more/chunks'],
  ['GET /more/twice'],
  ['GET /more/recovered'],
  ['GET /more/unhandled'],
  ['GET /more/listeners'],
];

/** Behaviour of Express that the application of the table does not have. */
function addMore(app: Express, { express }: ExpressVersion): void {
  const more = express.Router({ mergeParams: true });
  app.use('/more', more);
  more.post('/echo', express.json(), (req, res) => void res.json(req.body));
  more.get('/properties', (req, res) => {
    const { baseUrl, originalUrl, url, path, method, query, protocol, ip } = req;
    res.json({
      baseUrl,
      originalUrl,
      url,
      path,
      method,
      query,
      protocol,
      ip,
      route: String((req.route as { path?: unknown }).path),
      keys: Object.keys(req).toSorted(),
    });
  });
  more.param('user', (req, _res, next, id: string) => {
    if (id === 'nobody') next('route');
    else {
      Object.assign(req, { user: `user ${id}` });
      next();
    }
  });
  more.get('/params/:user', (req, res) => void res.json([req.params, (req as { user?: unknown }).user]));
  more.get('/params/:other', (req, res) => void res.json(req.params));
  more.get('/redirect', (_req, res) => res.redirect(303, '/elsewhere'));
  more.get('/cookie', (_req, res) => void res.cookie('a', 'b', { httpOnly: true }).vary('Cookie').send('ok'));
  more.get('/jsonp', (_req, res) => void res.jsonp({ ok: true }));
  more.get('/negotiated', (_req, res) => void res.format({ html: () => res.send('<p>'), json: () => res.json({}) }));
  more.get('/chunks', (_req, res) => {
    for (const part of ['a', 'b', 'c']) res.write(part);
    res.end();
  });
  more.get('/twice', (_req, res, next) => {
    res.send('first');
    next();
  });
  more.get('/recovered', () => {
    throw Object.assign(new Error('teapot'), { status: 418 });
  });
  const recover: ErrorRequestHandler = (error: { status?: number }, _req, res, next) => {
    if (error.status === 418) res.status(418).send('recovered');
    else next(error);
  };
  more.use(recover);
  more.get('/unhandled', (_req, _res, next) => next(Object.assign(new Error('unhandled'), { statusCode: 503 })));
  more.get('/listeners', (req, res) => {
    res.json({
      request: req.eventNames().map(String),
      finish: res.listenerCount('finish'),
      headers: res.getHeaderNames(),
    });
  });
}

/** Express answers with the stack, which names the functions of a router that publishes its steps. */
const cutStack: ErrorRequestHandler = (error: Error, _req, _res, next) => {
  error.stack = error.message;
  next(error);
};

async function askAll(version: ExpressVersion, measure: RequestHandler): Promise<readonly unknown[]> {
  const app = exampleApp(version, measure, { onHanging: () => undefined });
  addMore(app, version);
  app.use(cutStack);
  const server = await TestServer.start((req, res) => void app(req, res));
  const answers: unknown[] = [];
  for (const probe of PROBES) answers.push(await ask(server, probe));
  await server.close();
  return answers;
}

/** Status, reason, raw headers and body, without what differs from second to second. */
async function ask(server: TestServer, [line, headers = {}, body]: Probe): Promise<unknown> {
  const [method, path] = line.split(' ');
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port: server.port, host: '127.0.0.1', method, path, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        const raw = response.rawHeaders.map((value, at) => (response.rawHeaders[at - 1] === 'Date' ? 'now' : value));
        resolve([line, response.statusCode, response.statusMessage, raw, text]);
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const passOn: RequestHandler = (_req, _res, next) => next();

describe.each(EXPRESS_VERSIONS)('$name', (version) => {
  it('answers byte for byte the same with the middleware and without', async () => {
    const without = await askAll(version, passOn);
    const middleware = createMetricsMiddleware(new MetricsCollector({ strict: true }));
    const measured = await askAll(version, middleware);
    middleware.close();
    expect(measured).toEqual(without);
    expect(measured).toHaveLength(PROBES.length);
  });

  it('answers byte for byte the same when all of the process is measured', async () => {
    const without = await askAll(version, passOn);
    const collector = new MetricsCollector({ strict: true });
    const measuring = instrumentHttp(collector);
    const measured = await askAll(version, passOn);
    measuring.close();
    expect(measured).toEqual(without);
    expect(total(collector, 'http_requests_total')).toBe(PROBES.length);
  });
});
