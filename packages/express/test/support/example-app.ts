import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { ExpressVersion } from './express-versions.ts';

const ASSETS = mkdtempSync(path.join(tmpdir(), 'express-assets-'));
writeFileSync(path.join(ASSETS, 'hello.txt'), 'hello');

/** What the application tells the test about requests that end without an answer. */
export interface ExampleHooks {
  /** A request arrived that is never answered. */
  readonly onHanging: () => void;
}

/** An application with every kind of route and mount that the table of requests visits. */
export function exampleApp(
  { express, splat, catchesRejections }: ExpressVersion,
  measure: RequestHandler,
  { onHanging }: ExampleHooks,
): ReturnType<ExpressVersion['express']> {
  const app = express();
  app.set('env', 'test');
  app.use(measure);
  app.use((_req, _res, next) => next());

  app.get('/', (_req, res) => void res.send('root'));
  app.get('/users/:id', (req, res) => void res.send(req.params.id));
  app.get('/items/:id', (_req, res) => void res.status(404).send('no such item'));
  app.get(['/a/:x', '/b/:x'], (_req, res) => void res.send('array'));
  app.get(/^\/re(g|x)\/(\d+)$/, (_req, res) => void res.send('expression'));
  app.get(`/files/${splat}`, (_req, res) => void res.send('file'));
  app.use('/assets', express.static(ASSETS));
  app.use('/guard', (_req, res) => void res.status(401).send('who?'));

  // A mount that is entered and left without a match stands before the one that matches.
  const decoy = express.Router();
  decoy.get('/nothing/here', (_req, res) => void res.send('decoy'));
  app.use('/orgs', decoy);
  const members = express.Router({ mergeParams: true });
  members.get('/:member', (_req, res) => void res.send('member'));
  const teams = express.Router({ mergeParams: true });
  teams.get('/', (_req, res) => void res.send('team'));
  teams.use('/members', members);
  const orgs = express.Router();
  orgs.use('/teams/:team', teams);
  app.use('/orgs/:org', orgs);

  const sub = express();
  sub.get('/ok', (_req, res) => void res.send('sub'));
  sub.get('/bad', () => {
    throw new Error('thrown in a mounted application');
  });
  app.use('/sub', sub);

  app.get('/throws/:id', () => {
    throw new Error('thrown');
  });
  app.get('/rejects/:id', async (_req, _res, next) => {
    await Promise.resolve();
    if (catchesRejections) throw new Error('rejected');
    next(new Error('passed on'));
  });
  app.get('/skip/:first', (_req, _res, next) => next('route'));
  app.get('/skip/:second', (_req, res) => void res.send('second'));
  app.propfind('/dav', (_req, res) => void res.send('dav'));

  app.get('/hangs/:id', () => onHanging());
  app.get('/halves/:id', (_req, res) => void res.set('Content-Length', '100').write('half'));
  app.get('/events/:channel', (_req, res) => void res.type('text/event-stream').write('data: 1\n\n'));

  const answerError: ErrorRequestHandler = (_error, _req, res, _next) => void res.status(500).send('failed');
  app.use(answerError);
  return app;
}
