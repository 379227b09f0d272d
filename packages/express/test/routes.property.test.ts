import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EXPRESS_VERSIONS, type ExpressVersion } from './support/express-versions.ts';
import { MeasuredServer } from './support/measured-server.ts';

/** A segment of a pattern, and a text that it matches. */
interface Segment {
  readonly pattern: string;
  readonly text: string;
}

const word = fc.stringMatching(/^[a-z]{1,6}$/);
/** Values that look like words of patterns, names of parameters and escapes. */
const value = fc.oneof(word, fc.constantFrom('id', 'team', ':id', 'bduf-probe', 'a%20b', 'UPPER', '42', 'x.y', '-'));
const literal: fc.Arbitrary<Segment> = word.map((text) => ({ pattern: text, text }));
const parameter: fc.Arbitrary<Segment> = fc
  .tuple(fc.constantFrom('id', 'team', 'name'), value)
  .map(([name, text]) => ({ pattern: `:${name}`, text }));

/** Mounts around a route; each parameter name once in a mount. */
const mount = fc
  .array(fc.oneof(literal, parameter), { minLength: 1, maxLength: 3 })
  .filter((segments) => new Set(segments.map(({ pattern }) => pattern)).size === segments.length);
const mounts = fc.array(mount, { minLength: 1, maxLength: 3 });

function joined(part: 'pattern' | 'text', segments: readonly Segment[]): string {
  return segments.map((segment) => `/${segment[part]}`).join('');
}

/** An application with routers nested at the mounts, the innermost of which has the route `/leaf/:key`. */
function nestedApp({ express }: ExpressVersion, outer: readonly (readonly Segment[])[]): ReturnType<typeof express> {
  const leaf = express.Router();
  leaf.get('/leaf/:key', (_req, res) => void res.send('ok'));
  const root = outer.toReversed().reduce((inner, segments) => {
    const router = express.Router();
    router.use(joined('pattern', segments), inner);
    return router;
  }, leaf);
  const app = express();
  app.use(root);
  return app;
}

describe.each(EXPRESS_VERSIONS)('route templates on $name', (version) => {
  let app: RequestListener = () => undefined;
  let measured: MeasuredServer;

  beforeAll(async () => {
    measured = await MeasuredServer.node((middleware) => (req, res) => middleware(req, res, () => app(req, res)));
  });
  afterAll(async () => measured.close());

  it('are the registered patterns, whatever the values of their parameters', async () => {
    await fc.assert(
      fc.asyncProperty(mounts, value, async (outer, key) => {
        app = nestedApp(version, outer);
        measured.collector.getMetric('http_requests_total')?.remove({});
        const path = outer.map((segments) => joined('text', segments)).join('');
        await measured.server.request(`${path}/leaf/${key}`);
        await measured.settled(1);
        const template = outer.map((segments) => joined('pattern', segments)).join('');
        expect(measured.routes()).toEqual([`${template}/leaf/:key`]);
      }),
      { numRuns: 60 },
    );
  });
});
