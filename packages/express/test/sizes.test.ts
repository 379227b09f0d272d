import { createGzip } from 'node:zlib';
import type { MetricsCollector } from '@bduf/metrics-core';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import fc from 'fast-check';
import { EXPRESS_VERSIONS } from './support/express-versions.ts';
import { MeasuredServer } from './support/measured-server.ts';
import { total } from './support/readings.ts';
import { destroyed, eventually } from './support/test-server.ts';
import { WireClient } from './support/wire-client.ts';

/** Sum of all observations of a size metric. */
function sum(collector: MetricsCollector, name: string): number {
  return (collector.getMetric(name)?.read().blocks ?? []).reduce((all, { values, rowCount }) => {
    const width = values.length / rowCount;
    return (
      all + Array.from({ length: rowCount }, (_, row) => values[(row + 1) * width - 1] ?? 0).reduce((a, b) => a + b, 0)
    );
  }, 0);
}

/** How an answer is sent. */
const answers: Readonly<Record<string, RequestHandler>> = {
  fixed: (_req, res) => void res.send('x'.repeat(1008)),
  empty: (_req, res) => void res.status(204).end(),
  unchanged: (_req, res) => void res.status(304).end(),
  plain: (_req, res) => void res.end('node counts this by itself'),
  chunked: (_req, res) => {
    for (const size of [1, 16, 300, 5000]) res.write('y'.repeat(size));
    res.end('z');
  },
  declared: (_req, res) => {
    res.writeHead(200, { 'Content-Length': 6 });
    res.end('twelve'.slice(0, 6));
  },
  gzip: (_req, res) => {
    res.set('Content-Encoding', 'gzip');
    const gzip = createGzip();
    gzip.pipe(res);
    gzip.end('w'.repeat(20_000));
  },
};

function build(app: Express): void {
  for (const [name, answer] of Object.entries(answers)) {
    // The body is read before, during or after the answer, or never.
    app.all(`/read/${name}`, (req, res, next) => void req.resume().once('end', () => answer(req, res, next)));
    app.all(`/unread/${name}`, answer);
  }
  app.post('/hang', (req) => void req.resume());
}

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

describe.each(EXPRESS_VERSIONS)('sizes on $name', (version) => {
  let measured: MeasuredServer;
  let client: WireClient;

  beforeEach(async () => {
    measured = await MeasuredServer.express(version, build);
    client = new WireClient(measured.server.port);
  });
  afterEach(async () => {
    client.close();
    await measured.close();
  });

  it('are exact on a keep-alive connection, whatever was sent before and however it was framed', async () => {
    const request = fc.record({
      method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT'),
      answer: fc.constantFrom(...Object.keys(answers)),
      chunks: fc.option(fc.array(fc.integer({ min: 1, max: 3000 }), { maxLength: 4 }), { nil: undefined }),
      length: fc.integer({ min: 0, max: 3000 }),
    });
    let expectedIn = 0;
    let expectedOut = 0;
    let count = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 8 }), async (requests) => {
        for (const { method, answer, chunks, length } of requests) {
          const hasBody = method === 'POST' || method === 'PUT';
          const start = `${method} /read/${answer}?n=${count} HTTP/1.1\r\nHost: test\r\n`;
          const body = !hasBody
            ? ['\r\n']
            : chunks === undefined
              ? [`Content-Length: ${length}\r\n\r\n`, 'b'.repeat(length)]
              : ['Transfer-Encoding: chunked\r\n\r\n', ...chunks.map((size) => chunk('c'.repeat(size))), '0\r\n\r\n'];
          const [first = '', ...rest] = body;
          const { bodyBytes } = await client.exchange(method, [start + first, ...rest]);
          expectedIn += rest.join('').length;
          expectedOut += bodyBytes;
          count += 1;
        }
        await measured.settled(count);
        expect(sum(measured.collector, 'http_request_size_bytes')).toBe(expectedIn);
        expect(sum(measured.collector, 'http_response_size_bytes')).toBe(expectedOut);
        expect(total(measured.collector, 'http_request_size_bytes')).toBe(count);
        expect(total(measured.collector, 'http_response_size_bytes')).toBe(count);
      }),
      { numRuns: 25 },
    );
  });

  it('leave out the interim response to Expect: 100-continue', async () => {
    const head = `POST /read/chunked HTTP/1.1\r\nHost: test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`;
    const { bodyBytes } = await client.exchange('POST', [head, 'four']);
    await measured.settled(1);
    expect(sum(measured.collector, 'http_response_size_bytes')).toBe(bodyBytes);
  });

  it('are left out rather than wrong where requests are pipelined', async () => {
    const ask = 'GET /read/chunked HTTP/1.1\r\nHost: test\r\n\r\n';
    await client.exchange('GET', [ask + ask + ask]);
    for (let at = 0; at < 2; at++) await client.readAnswer('GET');
    const { bodyBytes } = await client.exchange('GET', [ask]);
    await measured.settled(4);
    const known = total(measured.collector, 'http_response_size_bytes');
    expect(known).toBeGreaterThan(0);
    expect(sum(measured.collector, 'http_response_size_bytes')).toBe(known * bodyBytes);
  });

  it('are what was received, not what was announced, when the client gives up its upload', async () => {
    const head = 'POST /hang HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n';
    const socket = measured.server.send(head + 'u'.repeat(500));
    await eventually(() => total(measured.collector, 'http_requests_in_flight') === 1, 'the request arrived');
    await destroyed(socket);
    await measured.settled(1);
    expect(sum(measured.collector, 'http_request_size_bytes')).toBe(500);
  });

  it('stay right after a body that the application did not read', async () => {
    const chunked = 'Transfer-Encoding: chunked\r\n\r\n';
    const body = chunk('q'.repeat(100_000));
    await client.exchange('POST', [`POST /unread/fixed HTTP/1.1\r\nHost: test\r\n${chunked}`, body, '0\r\n\r\n']);
    for (let at = 0; at < 3; at++) {
      await client.exchange('POST', [`POST /read/fixed HTTP/1.1\r\nHost: test\r\n${chunked}${chunk('r')}0\r\n\r\n`]);
    }
    await measured.settled(4);
    // Of the first the end was not seen, so the second is unknown as well.
    const small = chunk('r').length + '0\r\n\r\n'.length;
    expect(total(measured.collector, 'http_request_size_bytes')).toBe(2);
    expect(sum(measured.collector, 'http_request_size_bytes')).toBe(2 * small);
  });
});
