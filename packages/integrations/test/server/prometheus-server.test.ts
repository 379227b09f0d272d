import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsIntegration, type PrometheusServerOptions } from '@bduf/metrics-integrations';
import { exporterOf } from '../support/exporter-of.ts';

const open: MetricsIntegration[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map(async (each) => each.close({ deadline: 1 })));
});

function rig(exporter?: (metrics: MetricsCollector) => Partial<ReturnType<typeof exporterOf>>) {
  const metrics = new MetricsCollector();
  const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
  const errors: Error[] = [];
  const integration = new MetricsIntegration(
    { ...exporterOf(metrics), ...exporter?.(metrics) },
    {},
    { onError: (error) => errors.push(error) },
  );
  open.push(integration);
  return { orders, errors, integration };
}

async function served(options: PrometheusServerOptions = {}, exporter?: Parameters<typeof rig>[0]) {
  const { integration, ...rest } = rig(exporter);
  const server = integration.startPrometheusServer(0, options);
  const url = await server.ready();
  return { integration, server, url, port: Number(new URL(url).port), ...rest };
}

/** Sends bytes, and gives what comes back until the connection ends or for a while. */
async function raw(port: number, bytes: Uint8Array | string, waitMs: number = 30): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1'))).on('error', () => undefined);
  const ended = once(socket, 'close').catch(() => undefined);
  socket.write(bytes);
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, waitMs)))]);
  clearTimeout(timer);
  socket.destroy();
  return answer;
}

describe('startPrometheusServer', () => {
  it('serves the metrics on loopback, and nothing elsewhere', async () => {
    const { orders, url } = await served();
    orders.inc({ kind: 'a' }, 3);
    expect(new URL(url).hostname).toBe('127.0.0.1');
    const response = await fetch(`${url}?name[]=x`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('orders_total{kind="a"} 3');
    expect((await fetch(new URL('/other', url))).status).toBe(404);
  });

  it('serves elsewhere when told so, and hands the token to the endpoint', async () => {
    const given: unknown[] = [];
    const { url } = await served({ host: '::1', path: '/m', bearerToken: 't' }, (metrics) => ({
      createPrometheusEndpoint: (options) => {
        given.push(options);
        return exporterOf(metrics).createPrometheusEndpoint();
      },
    }));
    expect(url).toMatch(/^http:\/\/\[::1\]:\d+\/m$/);
    expect((await fetch(url)).status).toBe(200);
    expect(given).toEqual([{ bearerToken: 't' }]);
  });

  it('says why it cannot listen, without breaking the process', async () => {
    const { port } = await served();
    const { integration, errors } = rig();
    const server = integration.startPrometheusServer(port);
    await expect(server.ready()).rejects.toMatchObject({ code: 'METRICS_ERR_INTEGRATION_SERVER_FAILED' });
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('EADDRINUSE')]);
    await server.close();
    expect(() => integration.startPrometheusServer(-1)).toThrow('The port of the metrics server is -1');
  });

  it('ends with its integration, open connections included', async () => {
    const { integration, port } = await served();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    await integration.close();
    await ended;
    await expect(fetch(`http://127.0.0.1:${port}/metrics`)).rejects.toThrow('fetch failed');
  });

  it('answers 500 when the handler throws', async () => {
    const { url, errors } = await served({}, () => ({
      createPrometheusEndpoint: () => () => {
        throw new Error('broken');
      },
    }));
    expect((await fetch(url)).status).toBe(500);
    expect(errors).toHaveLength(1);
  });

  it.each([
    'GET //[ HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET http://a:99999999/metrics HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /metrics%ZZ%00 HTTP/1.1\r\nHost: [\r\n\r\n',
    'GET \u0000 HTTP/1.1\r\n\r\n',
    'GET /metrics HTTP/9.9\r\n\r\n',
    'GET /metrics HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST /metrics HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n',
    `GET /metrics HTTP/1.1\r\nHost: x\r\nA: ${'b'.repeat(100_000)}\r\n\r\n`,
    `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
    'CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET /metrics HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'GET /metrics HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET /metrics',
  ])('survives %j', async (bytes) => {
    const { url, port, errors } = await served();
    expect(await raw(port, bytes)).not.toContain('HTTP/1.1 500');
    expect((await fetch(url)).status).toBe(200);
    expect(errors).toEqual([]);
  });

  it('survives any bytes, and requests with anything in any place', async () => {
    const { url, port, errors } = await served();
    const piece = fc.oneof(
      fc.constantFrom('GET', '/metrics', ' ', 'HTTP/1.1', '\r\n', ':', '%', '[', '?', 'Host'),
      fc.string(),
    );
    const request = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
      fc.webUrl().map((target) => Buffer.from(`GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`)),
      fc.string({ unit: 'binary' }).map((target) => Buffer.from(`GET /${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)),
    );
    await fc.assert(
      fc.asyncProperty(request, async (bytes) => {
        expect(await raw(port, bytes, 5)).not.toContain('HTTP/1.1 500');
      }),
      { numRuns: 300 },
    );
    expect((await fetch(url)).status).toBe(200);
    expect(errors).toEqual([]);
  });
});

await describeWithBackends(['prometheus'], 'the metrics server before Prometheus', () => {
  it('is scraped, and what is stored is what was recorded', async () => {
    const { orders, port } = await served();
    orders.inc({ kind: 'a "b"\n\\' }, 41);
    const prometheus = await start.prometheus({ scrape: [`127.0.0.1:${port}`] });
    orders.inc({ kind: 'a "b"\n\\' }, 1);
    expect(await prometheus.afterNextScrape()).toEqual([{ target: `127.0.0.1:${port}`, up: true }]);
    const [series] = await prometheus.query('orders_total');
    expect(series?.metric['kind']).toBe('a "b"\n\\');
    expect(series?.value[1]).toBe('42');
  });
});
