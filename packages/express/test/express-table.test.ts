import { MetricsCollector } from '@bduf/metrics-core';
import { createMetricsMiddleware, type HttpMeasuring, instrumentHttp } from '@bduf/metrics-express';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exampleApp } from './support/example-app.ts';
import { EXPRESS_VERSIONS } from './support/express-versions.ts';
import { countedRequests, series, total } from './support/readings.ts';
import { destroyed, eventually, readAll, TestServer } from './support/test-server.ts';

/** How a client behaves; without a word it reads the answer. */
type Manner = 'leaves at the first byte' | 'leaves unanswered' | 'sends raw';

/** A request, and how it must count: `undefined` for not at all. `{splat}` stands for what the version calls a rest of path. */
type Row = readonly [method: string, path: string, route: string | undefined, status: string, manner?: Manner];

const TABLE: readonly Row[] = [
  ['GET', '/', '/', '200'],
  ['GET', '/users/42', '/users/:id', '200'],
  ['GET', '/users/42?tab=7', '/users/:id', '200'],
  ['HEAD', '/users/42', '/users/:id', '200'],
  ['OPTIONS', '/users/42', 'unmatched', '200'],
  ['POST', '/users/42', 'unmatched', '404'],
  ['GET', '/items/0', '/items/:id', '404'],
  ['GET', '/b/1', '/b/:x', '200'],
  ['GET', '/reg/77', String.raw`/^\/re(g|x)\/(\d+)$/`, '200'],
  ['GET', '/files/x/y/z.txt', '/files/{splat}', '200'],
  ['GET', '/assets/hello.txt', '/assets/*', '200'],
  ['GET', '/assets/none.txt', 'unmatched', '404'],
  ['GET', '/guard/secret/9', '/guard/*', '401'],
  ['GET', '/orgs/acme/teams/red', '/orgs/:org/teams/:team', '200'],
  ['GET', '/orgs/acme/teams/red/members/7', '/orgs/:org/teams/:team/members/:member', '200'],
  ['GET', '/orgs/acme/none', 'unmatched', '404'],
  ['GET', '/sub/ok', '/sub/ok', '200'],
  ['GET', '/sub/bad', '/sub/bad', '500'],
  ['GET', '/throws/5', '/throws/:id', '500'],
  ['GET', '/rejects/5', '/rejects/:id', '500'],
  ['GET', '/skip/5', '/skip/:second', '200'],
  ['GET', '/wp-admin.php', 'unmatched', '404'],
  ['PROPFIND', '/dav', '/dav', '200'],
  ['FOO', '/', undefined, '400', 'sends raw'],
  ['GET', '/hangs/1', '/hangs/:id', '499', 'leaves unanswered'],
  ['GET', '/halves/1', '/halves/:id', '499', 'leaves at the first byte'],
];

const MODES = EXPRESS_VERSIONS.flatMap((version) => [
  { version, how: 'measured by the middleware', hasMiddleware: true },
  { version, how: 'measured without a middleware', hasMiddleware: false },
]);

describe.each(MODES)('the table of requests on $version.name, $how,', ({ version, hasMiddleware }) => {
  let collector: MetricsCollector;
  let measuring: HttpMeasuring;
  let server: TestServer;
  let hanging: () => void = () => undefined;

  beforeEach(async () => {
    collector = new MetricsCollector({ strict: true });
    const middleware = createMetricsMiddleware(collector);
    if (!hasMiddleware) middleware.close();
    measuring = hasMiddleware ? middleware : instrumentHttp(collector);
    const app = exampleApp(version, middleware, { onHanging: () => hanging() });
    server = await TestServer.start((req, res) => void app(req, res));
  });

  afterEach(async () => {
    measuring.close();
    await server.close();
  });

  /** Sends the request; returns the status that the client saw, if it stayed. */
  async function perform([method, path, , status, manner]: Row): Promise<string> {
    if (manner === 'sends raw') {
      const answer = await readAll(server.send(`${method} ${path} HTTP/1.1\r\nHost: test\r\n\r\n`));
      return answer.split(' ', 2)[1] ?? 'none';
    }
    if (manner === undefined) return String((await server.request(path, { method })).status);
    await (manner === 'leaves unanswered' ? leaveUnanswered(path) : server.abortOnAnswer(path));
    return status;
  }

  function expectedCount([method, , route, status]: Row): string {
    const label = method === 'PROPFIND' ? '_OTHER' : method;
    return `${label} ${route?.replace('{splat}', version.splat)} ${status}`;
  }

  async function leaveUnanswered(path: string): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      hanging = resolve;
    });
    const socket = server.send(`GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`);
    await arrived;
    await destroyed(socket);
  }

  function settled(count: number): Promise<void> {
    return eventually(
      () => total(collector, 'http_requests_total') === count && total(collector, 'http_requests_in_flight') === 0,
      `${count} requests counted: ${countedRequests(collector).join(', ')}`,
    );
  }

  it('counts each of the 26 requests under its method, route and status, and nothing else', async () => {
    expect(TABLE).toHaveLength(26);
    const expected: string[] = [];
    for (const row of TABLE) {
      const [, , route, status] = row;
      expect([...row, await perform(row)]).toEqual([...row, status]);
      if (route === undefined) continue;
      expected.push(expectedCount(row));
      await settled(expected.length);
    }
    expect(countedRequests(collector)).toEqual(expected.toSorted());
    expect(total(collector, 'http_request_duration_seconds')).toBe(expected.length);
  });

  it('does not depend on what was asked before', async () => {
    const rows = TABLE.filter(([, , route]) => route !== undefined).toReversed();
    for (const row of rows) await perform(row);
    await settled(rows.length);
    const expected = rows.map(expectedCount);
    expect(countedRequests(collector)).toEqual(expected.toSorted());
  });

  it('counts a stream apart from latency', async () => {
    await server.abortOnAnswer('/events/news');
    await settled(1);
    expect(countedRequests(collector)).toEqual(['GET /events/:channel 200']);
    expect(series(collector, 'http_request_duration_seconds')).toEqual([]);
    expect(total(collector, 'http_stream_duration_seconds', { route: '/events/:channel' })).toBe(1);
  });
});
