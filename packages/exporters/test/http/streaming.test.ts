import { type IncomingMessage, type RequestOptions, type Server, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import zlib from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { HttpHandler } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { MetricsExporter, PageBudget, PrometheusTextEncoder } from '@bduf/metrics-exporters';
import { encodeText } from '../support.ts';

const SERIES = 30_000;
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(handler: HttpHandler): Promise<number> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Begins a request and leaves its body unread. */
async function open(port: number, options: RequestOptions = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', agent: false, ...options }, resolve)
      .on('error', reject)
      .end();
  });
}

async function readAll(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function largeCollector(series = SERIES) {
  const collector = new MetricsCollector({ limits: { seriesPerMetric: series + 1 } });
  const counter = collector.counter({ name: 'jobs_total', description: 'Jobs.', labels: ['queue', 'id'] });
  const addToAll = () => {
    for (let i = 0; i < series; i++) counter.inc({ queue: `queue ${i % 100}`, id: `${i}` }, i);
  };
  addToAll();
  return { collector, addToAll };
}

function freshText(collector: MetricsCollector): string {
  return encodeText(new PrometheusTextEncoder({ pages: new PageBudget(0) }), collector.gatherSync());
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('it did not happen within ten seconds');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('an endpoint with much to send', () => {
  it('sends a small document with its length, a large one in pieces', async () => {
    // Time stands still, so that a busy machine does not end a slice early.
    const exporter = new MetricsExporter(largeCollector(10).collector, { clock: new ManualClock() });
    const small = await listen(exporter.createPrometheusEndpoint());
    expect((await open(small)).headers['content-length']).toMatch(/^\d+$/);
    const { collector } = largeCollector();
    const large = await listen(new MetricsExporter(collector).createPrometheusEndpoint());
    const response = await open(large);
    expect(response.headers['transfer-encoding']).toBe('chunked');
    expect((await readAll(response)).toString()).toBe(freshText(collector));
  });

  it('keeps what a slow client is reading apart from later scrapes', async () => {
    const { collector, addToAll } = largeCollector();
    const port = await listen(new MetricsExporter(collector).createPrometheusEndpoint());
    await readAll(await open(port));
    for (let scrape = 0; scrape < 3; scrape++) {
      const expected = freshText(collector);
      const slow = await open(port);
      addToAll();
      // A quick client makes the pages show other numbers while the slow one has not read a byte.
      expect((await readAll(await open(port))).toString()).toBe(freshText(collector));
      expect((await readAll(slow)).toString()).toBe(expected);
    }
  });

  it('lets the event loop turn while it renders', async () => {
    const { collector } = largeCollector(80_000);
    const port = await listen(new MetricsExporter(collector, { pageCacheBytes: 0 }).createPrometheusEndpoint());
    let turns = 0;
    let isDone = false;
    const response = await open(port);
    const turn = () => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    turn();
    await readAll(response);
    isDone = true;
    expect(turns).toBeGreaterThan(5);
  });

  it('stops when the client leaves, and counts that', async () => {
    const { collector } = largeCollector(80_000);
    const exporter = new MetricsExporter(collector, { selfMetrics: collector });
    const port = await listen(exporter.createPrometheusEndpoint());
    const response = await open(port);
    response.destroy();
    const failures = () =>
      collector
        .getMetric('metrics_scrape_failures_total')
        ?.values()
        .find(({ labels }) => labels?.['reason'] === 'aborted');
    await until(() => failures()?.value === 1);
    expect((await readAll(await open(port))).toString()).toContain('jobs_total{queue="queue 99",id="79999"} 79999\n');
  });
});

/** Zstandard, which Node.js has from 22.15 on. */
const zstdDecompress = (zlib as { readonly zstdDecompressSync?: (bytes: Uint8Array) => Buffer }).zstdDecompressSync;
const hasZstd = zstdDecompress !== undefined;

function decoded(coding: string | undefined, bytes: Buffer): string {
  if (coding === undefined) return bytes.toString();
  const decode = coding === 'zstd' ? zstdDecompress : zlib.gunzipSync;
  return decode?.(bytes).toString() ?? `this runtime cannot read ${coding}`;
}

describe('compression', () => {
  it.each([
    ['gzip', 'gzip'],
    ['br, gzip;q=0.5', 'gzip'],
    ['gzip;q=0', undefined],
    ['identity', undefined],
    [undefined, undefined],
    // By preference of the client; where it has none, Zstandard is cheaper. A runtime without it never says that it has it.
    ['zstd', hasZstd ? 'zstd' : undefined],
    ['gzip, deflate, br, zstd', hasZstd ? 'zstd' : 'gzip'],
    ['gzip, zstd;q=0.5', 'gzip'],
  ])('for a client that accepts %s', async (accepted, coding) => {
    const { collector } = largeCollector(1000);
    const port = await listen(new MetricsExporter(collector).createPrometheusEndpoint());
    const response = await open(port, { headers: accepted === undefined ? {} : { 'accept-encoding': accepted } });
    expect(response.headers['content-encoding']).toBe(coding);
    expect(decoded(coding, await readAll(response))).toBe(freshText(collector));
  });

  describe.each(hasZstd ? ['gzip', 'zstd'] : ['gzip'])('with %s', (coding) => {
    it('makes metrics several times smaller', async () => {
      const { collector } = largeCollector(1000);
      const port = await listen(new MetricsExporter(collector).createPrometheusEndpoint());
      const body = await readAll(await open(port, { headers: { 'accept-encoding': coding } }));
      expect(body.length).toBeLessThan(freshText(collector).length / 4);
    });

    it('compresses a large document while it is rendered', async () => {
      const { collector } = largeCollector();
      const port = await listen(new MetricsExporter(collector).createPrometheusEndpoint());
      const response = await open(port, { headers: { 'accept-encoding': coding } });
      expect(decoded(coding, await readAll(response))).toBe(freshText(collector));
    });
  });

  it('leaves a tiny document as it is', async () => {
    const port = await listen(new MetricsExporter(new MetricsCollector()).createPrometheusEndpoint());
    const response = await open(port, { headers: { 'accept-encoding': 'gzip' } });
    expect(response.headers['content-encoding']).toBeUndefined();
  });

  it('survives a client that leaves meanwhile', async () => {
    const { collector } = largeCollector();
    const port = await listen(new MetricsExporter(collector).createPrometheusEndpoint());
    (await open(port, { headers: { 'accept-encoding': 'gzip' } })).destroy();
    expect((await readAll(await open(port))).toString()).toBe(freshText(collector));
  });
});

describe('callbacks at a scrape', () => {
  function collecting(collect: () => Promise<number>, clock = new ManualClock()) {
    const collector = new MetricsCollector({ clock, onError: () => undefined });
    collector.gauge({ name: 'good', description: 'Good.' }).set(1);
    collector.gauge({
      name: 'asked',
      description: 'Asked.',
      collect: async (report) => report.set(await collect()),
    });
    return { collector, clock, exporter: new MetricsExporter(collector, { clock, onError: () => undefined }) };
  }

  it('run once for scrapes at the same time', async () => {
    let runs = 0;
    let finish: (value: number) => void = () => undefined;
    const { exporter } = collecting(async () => {
      runs++;
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    const port = await listen(exporter.createPrometheusEndpoint());
    let arrived = 0;
    servers[0]?.on('request', () => {
      arrived++;
    });
    const responses = [open(port), open(port), open(port)];
    await until(() => arrived === 3);
    finish(7);
    for (const response of await Promise.all(responses)) {
      expect((await readAll(response)).toString()).toContain('asked 7\n');
    }
    expect(runs).toBe(1);
  });

  it('cost only their own metric when they fail', async () => {
    const { exporter } = collecting(async () => {
      await Promise.resolve();
      throw new Error('database gone');
    });
    const text = (await readAll(await open(await listen(exporter.createPrometheusEndpoint())))).toString();
    expect(text).toContain('good 1\n');
    expect(text).not.toMatch(/^asked/m);
    expect(text).toContain('metrics_callback_failures_total{metric="asked",reason="error"} 1\n');
  });

  it('are waited for no longer than the scraper waits', async () => {
    let isAsked = false;
    const { exporter, clock } = collecting(async () => {
      isAsked = true;
      return new Promise(() => undefined);
    });
    const port = await listen(exporter.createPrometheusEndpoint());
    const response = open(port, { headers: { 'x-prometheus-scrape-timeout-seconds': '1' } });
    await until(() => isAsked);
    clock.advance(899);
    let isAnswered = false;
    void response.then(() => (isAnswered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    clock.advance(1);
    expect((await readAll(await response)).toString()).toContain('good 1\n');
  });

  it.each(['0', '-1', 'NaN', 'soon', '1e99'])('take a timeout of %s for none that matters', async (timeout) => {
    const { exporter } = collecting(async () => Promise.resolve(3));
    const port = await listen(exporter.createPrometheusEndpoint());
    const response = await open(port, { headers: { 'x-prometheus-scrape-timeout-seconds': timeout } });
    expect((await readAll(response)).toString()).toContain('asked 3\n');
  });
});

describe('a bearer token', () => {
  it.each(['createPrometheusEndpoint', 'createMetricsApiEndpoint'] as const)('guards %s', async (create) => {
    const collector = new MetricsCollector();
    const exporter = new MetricsExporter(collector, { selfMetrics: collector });
    const port = await listen(exporter[create]({ bearerToken: ['old-token', 'new-token'] }));
    const refused = await open(port);
    expect([refused.statusCode, refused.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    expect((await open(port, { headers: { authorization: 'Bearer wrong' } })).statusCode).toBe(401);
    expect((await open(port, { headers: { authorization: 'Bearer new-token' } })).statusCode).toBe(200);
    const failures = collector.getMetric('metrics_scrape_failures_total')?.values();
    expect(failures?.find(({ labels }) => labels?.['reason'] === 'unauthorized')?.value).toBe(2);
  });

  it('guards the health endpoint', async () => {
    const exporter = new MetricsExporter(new MetricsCollector());
    const port = await listen(exporter.createHealthEndpoint(undefined, { bearerToken: 'secret' }));
    expect((await open(port)).statusCode).toBe(401);
    expect((await open(port, { headers: { authorization: 'Bearer secret' } })).statusCode).toBe(200);
  });
});

describe('metrics of the endpoints themselves', () => {
  it('count answers, their size and duration, and what pages hold', async () => {
    const { collector } = largeCollector(1000);
    const exporter = new MetricsExporter(collector, { selfMetrics: collector });
    const port = await listen(exporter.createPrometheusEndpoint());
    const size = (await readAll(await open(port))).length;
    await readAll(await open(port, { headers: { accept: 'application/openmetrics-text' } }));
    const text = (await readAll(await open(port))).toString();
    expect(text).toContain('metrics_scrape_duration_seconds_count{format="prometheus"} 1\n');
    expect(text).toContain('metrics_scrape_duration_seconds_count{format="openmetrics"} 1\n');
    expect(text).toContain(`metrics_scrape_size_bytes_sum{format="prometheus"} ${size}\n`);
    expect(Number(/^metrics_page_cache_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(2 * size);
    expect(text).toContain('metrics_page_cache_refusals_total 0\n');
  });

  it('may be asked for by two exporters of one collector', () => {
    const collector = new MetricsCollector();
    const options = { selfMetrics: collector };
    expect([new MetricsExporter(collector, options), new MetricsExporter(collector, options)]).toHaveLength(2);
  });
});
