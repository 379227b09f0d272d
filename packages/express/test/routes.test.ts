import { afterEach, describe, expect, it } from '@jest/globals';
import type { ErrorRequestHandler, Express } from 'express';
import { MeasuredServer } from './support/measured-server.ts';
import { EXPRESS_VERSIONS, type ExpressVersion } from './support/express-versions.ts';

/** How an application is built, what is asked of it, and the route under which that counts. */
type Case = readonly [
  what: string,
  build: (app: Express, version: ExpressVersion) => void,
  request: string,
  route: string | Readonly<Record<string, string>>,
];

const CASES: readonly Case[] = [
  [
    'an application used as a router',
    (app, { express }) => {
      const sub = express();
      sub.get('/ok', (_req, res) => void res.send('ok'));
      app.use('/outer', express.Router().use('/sub/:x', sub));
    },
    '/outer/sub/7/ok',
    '/outer/sub/:x/ok',
  ],
  [
    'applications in applications',
    (app, { express }) => {
      const inner = express().get('/bad', () => {
        throw new Error('inner');
      });
      const outer = express();
      outer.use('/inner/:y', inner);
      app.use('/outer/:x', outer);
    },
    '/outer/1/inner/2/bad',
    // Nothing tells the layers of an application that has not answered yet: what lies between is left out.
    { 'Express 5.0 with router 2.0': '/outer/:x/bad', 'Express 4': '/outer/:x/bad', '': '/outer/:x/inner/:y/bad' },
  ],
  [
    'a router mounted twice',
    (app, { express }) => {
      const router = express.Router().get('/r/:id', (_req, res) => void res.send('ok'));
      app.use('/one', router);
      app.use('/two/:x', router);
    },
    '/two/5/r/6',
    '/two/:x/r/:id',
  ],
  [
    'a mount of several paths',
    (app, { express }) => {
      app.use(
        ['/v1/:a', '/v2'],
        express.Router().get('/x', (_req, res) => void res.send('ok')),
      );
    },
    '/v2/x',
    '/v2/x',
  ],
  [
    'a mount by expression',
    (app, { express }) => {
      app.use(
        /^\/v\d+/,
        express.Router().get('/x', (_req, res) => void res.send('ok')),
      );
    },
    '/v77/x',
    { 'Express 5.0 with router 2.0': '/*/x', '': String.raw`/^\/v\d+/x` },
  ],
  [
    'a mount with a parameter inside a segment',
    (app, { express }) => {
      app.use(
        '/v-:version',
        express.Router().get('/x', (_req, res) => void res.send('ok')),
      );
    },
    '/v-secret/x',
    { 'Express 5.0 with router 2.0': '/:version/x', '': '/v-:version/x' },
  ],
  [
    'a mount in other letters than it was registered with',
    (app, { express }) => {
      app.use(
        '/Api',
        express.Router().get('/X', (_req, res) => void res.send('ok')),
      );
    },
    '/aPI/x',
    { 'Express 5.0 with router 2.0': '/api/X', '': '/Api/X' },
  ],
  [
    'a mount and a route with slashes at their ends',
    (app, { express }) => {
      app.use(
        '/api/',
        express.Router().get('/x/', (_req, res) => void res.send('ok')),
      );
    },
    '/api/x/',
    '/api/x/',
  ],
  [
    'a router that a handler calls',
    (app, { express, splat }) => {
      const router = express.Router().get('/api/in/:id', (_req, res) => void res.send('ok'));
      app.use('/api', (_req, _res, next) => next());
      app.all(`/api/${splat}`, (req, res, next) => void router(req, res, next));
    },
    '/api/in/3',
    '/api/in/:id',
  ],
  [
    'a URL that a middleware rewrote',
    (app, { express }) => {
      app.use((req, _res, next) => {
        req.url = req.url.replace('/public', '');
        next();
      });
      app.use(
        '/t/:id',
        express.Router().get('/x', (_req, res) => void res.send('ok')),
      );
    },
    '/public/t/9/x',
    '/t/:id/x',
  ],
  [
    'a parameter callback that answers',
    (app) => {
      app.param('id', (_req, res) => void res.status(400).send('bad id'));
      app.get('/p/:id', (_req, res) => void res.send('ok'));
    },
    '/p/secret',
    '/p/:id',
  ],
  [
    'a parameter callback of a mount that answers',
    (app, { express }) => {
      app.param('id', (_req, res) => void res.status(400).send('bad id'));
      app.use(
        '/p/:id',
        express.Router().get('/x', (_req, res) => void res.send('ok')),
      );
    },
    '/p/secret/x',
    { 'Express 5.0 with router 2.0': 'unmatched', 'Express 4': 'unmatched', '': '/p/:id/*' },
  ],
  [
    'a value that cannot be decoded',
    (app) => {
      app.get('/d/:id', (_req, res) => void res.send('ok'));
      const answerError: ErrorRequestHandler = (_error, _req, res, _next) => void res.status(400).send('bad');
      app.use(answerError);
    },
    '/d/%zz',
    'unmatched',
  ],
  [
    'a route of a router that gives up, answered by a later mount',
    (app, { express }) => {
      app.use(
        '/m',
        express.Router().get('/x', (_req, _res, next) => next('router')),
      );
      app.use('/m', (_req, res) => void res.send('ok'));
    },
    '/m/x',
    '/m/x',
  ],
  [
    'a middleware below two mounts with parameters',
    (app, { express }) => {
      app.use(
        '/t/:id',
        express.Router().use('/u/:name', (_req, res) => void res.status(401).send('no')),
      );
    },
    '/t/secret/u/secret/v',
    '/t/:id/u/:name/*',
  ],
  [
    'HEAD of a route that answers only POST',
    (app) => {
      app.post('/only/:id', (_req, res) => void res.send('ok'));
    },
    'HEAD /only/4',
    'unmatched',
  ],
];

describe.each(EXPRESS_VERSIONS)('the route of a request on $name', (version) => {
  let measured: MeasuredServer | undefined;

  afterEach(async () => measured?.close());

  it.each(CASES)('is exact or left out for %s', async (_what, build, request, route) => {
    measured = await MeasuredServer.express(version, (app) => build(app, version));
    const [path = '', method = 'GET'] = request.split(' ').toReversed();
    await measured.server.request(path, { method });
    await measured.settled(1);
    const expected = typeof route === 'string' ? route : (route[version.name] ?? route['']);
    expect(measured.routes()).toEqual([expected]);
  });

  it('is exact for a route that was added after the first request', async () => {
    const router = version.express.Router();
    measured = await MeasuredServer.express(version, (app) => {
      app.use('/late/:x', router);
    });
    await measured.server.request('/late/1/now');
    router.get('/now', (_req, res) => void res.send('ok'));
    await measured.server.request('/late/1/now');
    await measured.settled(2);
    expect(measured.routes()).toEqual(['unmatched', '/late/:x/now']);
  });

  it('stays one series for any number of URLs that match nothing', async () => {
    measured = await MeasuredServer.express(version, (app) => {
      app.get('/users/:id', (_req, res) => void res.send('ok'));
    });
    for (let at = 0; at < 300; at++) await measured.server.request(`/${Math.random().toString(36).slice(2)}/${at}.php`);
    await measured.settled(300);
    expect(new Set(measured.routes())).toEqual(new Set(['unmatched']));
  });
});
