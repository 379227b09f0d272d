import { once } from 'node:events';
import http, { IncomingMessage } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import {
  isForwardedRequest,
  isLocalRequest,
  isOwnPageRequest,
  ManualClock,
  readJsonBody,
  requestUrl,
  withinDeadline,
} from '@bduf/metrics-core/primitives';

function requestOf(headers: Readonly<Record<string, string>>, remoteAddress = '127.0.0.1'): IncomingMessage {
  const socket = new Socket();
  Object.defineProperty(socket, 'remoteAddress', { value: remoteAddress });
  return Object.assign(new IncomingMessage(socket), { headers });
}

describe('a local request', () => {
  it.each([
    ['127.0.0.1', { host: 'localhost:3000' }, true],
    ['::1', { host: '[::1]' }, true],
    ['::ffff:127.8.8.8', { host: '127.0.0.1' }, true],
    ['192.168.1.2', { host: 'localhost' }, false],
    ['127.0.0.1', { host: 'evil.example' }, false],
    ['127.0.0.1', { host: 'localhost.evil.example' }, false],
    ['127.0.0.1', {}, false],
    ['127.0.0.1', { host: 'localhost', forwarded: 'for=1.2.3.4' }, false],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '' }, false],
  ])('from %s with %j: %s', (peer, headers, isLocal) => {
    expect(isLocalRequest(requestOf(headers, peer))).toBe(isLocal);
  });

  it('is told apart from one that a proxy has passed on', () => {
    expect(isForwardedRequest(requestOf({ 'x-real-ip': '1.2.3.4' }))).toBe(true);
    expect(isForwardedRequest(requestOf({}))).toBe(false);
  });
});

describe('a request of the own page', () => {
  it.each([
    [{ host: 'a' }, true],
    [{ host: 'a', 'sec-fetch-site': 'same-origin', origin: 'https://b' }, true],
    [{ host: 'a', 'sec-fetch-site': 'none' }, true],
    [{ host: 'a:1', origin: 'http://a:1' }, true],
    [{ host: 'a', 'sec-fetch-site': 'cross-site' }, false],
    [{ host: 'a', 'sec-fetch-site': 'same-site' }, false],
    [{ host: 'a', origin: 'http://b' }, false],
    [{ host: 'a', origin: 'null' }, false],
  ])('with %j: %s', (headers, isOwn) => {
    expect(isOwnPageRequest(requestOf(headers))).toBe(isOwn);
  });
});

describe('the address of a request', () => {
  it.each([
    ['/a?b=1', '/a', '?b=1'],
    ['//evil.example/a', '//evil.example/a', ''],
    ['//', '//', ''],
    ['/%ff', '/%ff', ''],
    ['*', '/*', ''],
    ['http://a/b', '/http://a/b', ''],
  ])('%s is below no other host', (url, pathname, search) => {
    const found = requestUrl(Object.assign(requestOf({}), { url }));
    expect([found.host, found.pathname, found.search]).toEqual(['host', pathname, search]);
  });
});

describe('a JSON body', () => {
  async function answerTo(body: string): Promise<unknown> {
    const server = http.createServer((req, res) => {
      void readJsonBody(req, 20).then(
        (value) => res.end(JSON.stringify({ value })),
        (error: unknown) => res.end(JSON.stringify({ error: (error as Error).message })),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      return await (await fetch(`http://127.0.0.1:${port}`, { method: 'POST', body })).json();
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  it('is read up to a limit', async () => {
    expect(await answerTo('{"a":[1,"ä"]}')).toEqual({ value: { a: [1, 'ä'] } });
    expect(await answerTo('{"a":')).toEqual({
      error: 'The body of the request is no JSON. Send a smaller JSON object.',
    });
    expect(await answerTo(JSON.stringify('x'.repeat(20)))).toEqual({
      error: 'The body of the request is larger than 20 bytes. Send a smaller JSON object.',
    });
  });

  it('that was read before is taken as it is', async () => {
    const req = Object.assign(requestOf({}), { body: { a: 1 } });
    req.push(null);
    req.resume();
    await once(req, 'end');
    expect(await readJsonBody(req, 1)).toEqual({ a: 1 });
  });
});

describe('waiting within a deadline', () => {
  it('ends with the work or with the deadline, and passes failures on', async () => {
    const clock = new ManualClock();
    await withinDeadline(Promise.resolve(), 1000, clock);
    const waiting = withinDeadline(new Promise(() => undefined), 1000, clock);
    clock.advance(1000);
    await waiting;
    await expect(withinDeadline(Promise.reject(new Error('broken')), 1000, clock)).rejects.toThrow('broken');
  });
});
