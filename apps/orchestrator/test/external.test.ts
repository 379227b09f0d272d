import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ManualClock, systemClock } from '@bduf/metrics-core/primitives';
import * as z from 'zod';
import { BoundedCache } from '../src/cache/bounded-cache.ts';
import { ContextService, type ProjectContext } from '../src/context/context-service.ts';
import type { ExternalCall } from '../src/external/external-listener.ts';
import { ExternalService } from '../src/external/external-service.ts';
import { type ExternalStub, startExternalStub } from '../src/external/stub/external-stub.ts';
import { TokenBucket } from '../src/external/stub/token-bucket.ts';

describe('the stub of the external services', () => {
  // The clock stands still: no question is ever thought through, and no token comes back.
  const clock = new ManualClock();
  const calls: ExternalCall[] = [];
  const outcomes: string[] = [];
  let stub: ExternalStub;
  let context: ContextService;

  beforeAll(async () => {
    stub = await startExternalStub(clock);
    const service = (name: 'context7' | 'perplexity'): ExternalService =>
      new ExternalService({
        name,
        url: stub.urls[name],
        timeoutMs: 100,
        clock: systemClock,
        listener: (call) => calls.push(call),
      });
    context = new ContextService({
      context7: service('context7'),
      perplexity: service('perplexity'),
      cache: new BoundedCache<ProjectContext>({ maxBytes: 10_000, onDisposed: () => undefined }),
      onAssembled: (outcome) => outcomes.push(outcome),
    });
  });
  afterAll(() => stub.stop());

  it('gives what it knows, and what does not come in time is missing', async () => {
    const found = await context.search({ query: 'double bookings' });
    expect(found.articles[0]?.title).toBe('Bookings');
    expect(found).toMatchObject({
      answer: null,
      missing: [{ service: 'perplexity', reason: expect.stringContaining('100 ms') }],
    });
    expect(calls.map(({ service, failure }) => `${service} ${failure}`).toSorted()).toEqual([
      'context7 undefined',
      'perplexity timeout',
    ]);
  });

  it('refuses who asks too often with 429, and then there is no context at all', async () => {
    // What is not complete is not cached, so that each of these asks again.
    for (let asked = 1; asked < 5; asked++) await context.search({ query: 'double bookings' });
    await expect(context.search({ query: 'double bookings' })).rejects.toMatchObject({ kind: 'busy' });
    expect(calls.slice(-2).map(({ failure }) => failure)).toEqual(['rate_limited', 'rate_limited']);
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'error']);
    const refused = await fetch(`${stub.urls.perplexity}/answer?question=why`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '2']);
  });

  it('answers again when time goes on, and a complete context is remembered', async () => {
    clock.advance(10_000);
    const searched = context.search({ query: 'retention of records' });
    // Questions before this one were given up by their callers, but are still thought about one after the other.
    const thinking = setInterval(() => clock.advance(1000), 5);
    const found = await searched.finally(() => clearInterval(thinking));
    expect(found).toMatchObject({ missing: [], answer: expect.stringContaining('Decide for each kind of record') });
    const before = calls.length;
    await expect(context.search({ query: 'Retention of Records' })).resolves.toBe(found);
    expect(calls).toHaveLength(before);
  });
});

describe('a call of an external service', () => {
  it.each([
    ['an answer of another shape', 200, '{"articles": 7}', 'malformed'],
    ['no JSON', 200, '<html>', 'malformed'],
    ['another status', 503, '{}', 'refused'],
  ])('fails for %s', async (_what, status, body, failure) => {
    const server = createServer((_req, res) => res.writeHead(status).end(body)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const calls: ExternalCall[] = [];
    const service = new ExternalService({
      name: 'context7',
      url: `http://127.0.0.1:${port}`,
      timeoutMs: 1000,
      clock: systemClock,
      listener: (call) => calls.push(call),
    });
    const question = { operation: 'search', path: '/', query: {}, answer: z.object({ articles: z.array(z.string()) }) };
    await expect(service.ask(question)).rejects.toMatchObject({ failure });
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    await expect(service.ask(question)).rejects.toMatchObject({ failure: 'unreachable' });
    expect(calls.map((call) => call.failure)).toEqual([failure, 'unreachable']);
  });
});

describe('a token bucket', () => {
  it('grants a burst, then so many a second, and says how long to wait', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock, 2, 3);
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0, 0.5]);
    clock.advance(500);
    expect([bucket.take(), bucket.take()]).toEqual([0, 0.5]);
    clock.advance(60_000);
    expect([bucket.take(), bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 0, 0.5]);
  });
});
