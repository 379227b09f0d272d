import { type Server, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import express4 from 'express4';
import express5 from 'express';
import type {
  GatherOptions,
  HealthCheckResult,
  HttpHandler,
  MetricEncoder,
  MetricFamily,
} from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { MetricsExporter, type MetricsExporterOptions, type MetricsSource } from '@bduf/metrics-exporters';
import { readDelimited, textAt } from '../protobuf/wire-reader.ts';
import { familyOf, parseOpenMetricsText, parsePrometheusText } from '@bduf/metrics-testkit';

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map(async (server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(handler: HttpHandler): Promise<string> {
  const server = createServer(handler);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function source(families: readonly MetricFamily[] = [requests(), depth()]) {
  const gathered: (GatherOptions | undefined)[] = [];
  const registered: MetricEncoder[] = [];
  const choose = (options?: GatherOptions) => families.filter(({ name }) => options?.names?.has(name) ?? true);
  const collector: MetricsSource = {
    async gather(options) {
      gathered.push(options);
      return Promise.resolve(choose(options));
    },
    gatherSync: choose,
    registerEncoder: (encoder) => void registered.push(encoder),
  };
  return { collector, gathered, registered };
}

function requests(): MetricFamily {
  return familyOf({
    name: 'requests_total',
    type: 'counter',
    description: 'Requests.',
    series: [{ labels: { path: '/"ü"' }, value: 3 }],
  });
}

function depth(): MetricFamily {
  return familyOf({ name: 'depth', type: 'gauge', description: 'Depth.', series: [{ value: 1.5 }] });
}

function exporterOf(collector = source().collector, options: MetricsExporterOptions = {}): MetricsExporter {
  return new MetricsExporter(collector, options);
}

function failing(reason: Error): MetricsSource {
  return {
    ...source().collector,
    async gather() {
      await Promise.resolve();
      throw reason;
    },
  };
}

function check(name: string, status: HealthCheckResult['status']): HealthCheckResult {
  return { name, status, message: `${name} says so`, duration: 1.5, timestamp: new Date(1_700_000_000_000) };
}

/** Names of the families of an answer. */
function readBack(contentType: string, body: Uint8Array): readonly string[] {
  if (contentType.includes('protobuf')) return readDelimited(body).map((family) => textAt(family, 1));
  const text = new TextDecoder().decode(body);
  const families = contentType.startsWith('text/plain') ? parsePrometheusText(text) : parseOpenMetricsText(text);
  return families.map(({ name, type }) => (type === 'counter' && !name.endsWith('_total') ? `${name}_total` : name));
}

describe('MetricsExporter', () => {
  it('registers an encoder for each format', () => {
    const { collector, registered } = source();
    exporterOf(collector);
    expect(registered.map(({ format }) => format)).toEqual(['prometheus', 'openmetrics', 'json', 'influxdb', 'statsd']);
  });

  it('gives encoders to those who deliver documents, of StatsD one to each', () => {
    const { collector } = source();
    const exporter = exporterOf(collector);
    expect(exporter.gatherer).toBe(collector);
    const formats = ['prometheus', 'openmetrics', 'json', 'influxdb', 'statsd'];
    expect(formats.map((format) => exporter.encoderOf(format).format)).toEqual(formats);
    const added = () =>
      Buffer.concat([...exporter.encoderOf('dogstatsd').encode(collector.gatherSync(), { nowMs: 0 })]);
    expect([added().toString(), added().toString()]).toEqual(
      Array(2).fill('requests_total:3|c|#path:/"ü"\ndepth:1.5|g\n'),
    );
    expect(() => exporter.encoderOf('morse')).toThrow('There is no encoder of the format "morse"');
  });

  it('exports each text format as a string', () => {
    const exporter = exporterOf(source().collector, { clock: new ManualClock() });
    const timestamp = `${new ManualClock().now()}000000`;
    expect(exporter.exportInfluxDB()).toBe(
      `requests_total,path=/"ü" counter=3 ${timestamp}\ndepth gauge=1.5 ${timestamp}\n`,
    );
    expect(exporter.exportStatsD()).toEqual(['requests_total.____:3|c\ndepth:1.5|g']);
    expect(exporter.exportDogStatsD()).toEqual(['requests_total:3|c|#path:/"ü"\ndepth:1.5|g']);
    expect(parsePrometheusText(exporter.exportPrometheus()).map(({ name }) => name)).toEqual([
      'requests_total',
      'depth',
    ]);
    expect(JSON.parse(exporter.exportJSON())).toMatchObject({
      metrics: [{ name: 'requests_total' }, { name: 'depth' }],
    });
  });
});

describe('the Prometheus endpoint', () => {
  it.each([
    ['nothing', undefined, 'text/plain; version=0.0.4; charset=utf-8'],
    ['what curl sends', '*/*', 'text/plain; version=0.0.4; charset=utf-8'],
    [
      'what a browser sends',
      'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
      'text/plain; version=0.0.4; charset=utf-8',
    ],
    ['nothing it has', 'image/png', 'text/plain; version=0.0.4; charset=utf-8'],
    [
      'what Prometheus 2 sends',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
    [
      'protobuf',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,*/*;q=0.1',
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    ],
    [
      'what Prometheus 3 sends',
      'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
  ])('answers a scraper that accepts %s', async (_, accept, contentType) => {
    const url = await listen(exporterOf().createPrometheusEndpoint());
    const response = await fetch(url, { headers: accept === undefined ? {} : { accept } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('vary')).toBe('Accept, Accept-Encoding');
    expect(readBack(contentType, new Uint8Array(await response.arrayBuffer()))).toEqual(['requests_total', 'depth']);
  });

  it('gathers only the metrics asked for by name[]', async () => {
    const { collector, gathered } = source();
    const url = await listen(exporterOf(collector).createPrometheusEndpoint());
    const text = await (await fetch(`${url}/metrics?name[]=depth&x=1&name%5B%5D=missing`)).text();
    expect(text).toBe('# HELP depth Depth.\n# TYPE depth gauge\ndepth 1.5\n');
    expect(gathered[0]?.names).toEqual(new Set(['depth', 'missing']));
  });

  it('answers HEAD with headers alone and gathers nothing', async () => {
    const { collector, gathered } = source();
    const url = await listen(exporterOf(collector).createPrometheusEndpoint());
    const response = await fetch(url, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    expect(await response.text()).toBe('');
    expect(gathered).toEqual([]);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s with 405', async (method) => {
    const url = await listen(exporterOf().createPrometheusEndpoint());
    const response = await fetch(url, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  it('answers a failure with 500, keeping the reason to itself and telling onError', async () => {
    const onError = jest.fn();
    const error = new Error('password is hunter2');
    const url = await listen(exporterOf(failing(error), { onError }).createPrometheusEndpoint());
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).not.toContain('hunter2');
    expect(onError).toHaveBeenCalledWith(error);
  });

  it.each([
    ['Express 4', express4],
    ['Express 5', express5],
  ])('works as a handler of %s', async (_, express) => {
    const app = express();
    app.get('/internal/metrics', exporterOf().createPrometheusEndpoint());
    const url = await listen((req, res) => void app(req, res));
    const response = await fetch(`${url}/internal/metrics?name[]=depth`);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('# HELP depth Depth.\n# TYPE depth gauge\ndepth 1.5\n');
  });

  it('survives a client that leaves', async () => {
    const url = await listen(exporterOf().createPrometheusEndpoint());
    await new Promise<void>((resolve) => {
      const req = request(url, () => {});
      req.on('error', () => resolve());
      req.on('socket', (socket) => socket.on('connect', () => req.destroy(new Error('gone'))));
      req.end();
    });
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('the metrics API endpoint', () => {
  it('answers with JSON, whatever is accepted', async () => {
    const url = await listen(exporterOf().createMetricsApiEndpoint());
    const response = await fetch(`${url}/?name[]=depth`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ metrics: [{ name: 'depth', series: [{ value: 1.5 }] }] });
  });

  it('answers a failure with 500', async () => {
    const exporter = exporterOf(failing(new Error('secret')), { onError: () => {} });
    const response = await fetch(await listen(exporter.createMetricsApiEndpoint()));
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')]);
  });
});

describe('the health endpoint', () => {
  it.each([
    [[], 200, 'healthy'],
    [['healthy'], 200, 'healthy'],
    [['healthy', 'degraded'], 200, 'degraded'],
    [['degraded', 'unhealthy', 'healthy'], 503, 'unhealthy'],
  ] as const)('answers checks that are %j with %d and %s', async (statuses, status, overall) => {
    const checks = statuses.map((one, index) => check(`check${index}`, one));
    const handler = exporterOf().createHealthEndpoint({ runHealthChecks: async () => Promise.resolve(checks) });
    const response = await fetch(await listen(handler));
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe(JSON.stringify({ status: overall, checks }));
  });

  it('says that the process responds when it has no source', async () => {
    const response = await fetch(await listen(exporterOf().createHealthEndpoint()));
    expect([response.status, await response.json()]).toEqual([200, { status: 'healthy', checks: [] }]);
  });

  it('answers HEAD with the status alone', async () => {
    const checks = [check('db', 'unhealthy')];
    const handler = exporterOf().createHealthEndpoint({ runHealthChecks: async () => Promise.resolve(checks) });
    const response = await fetch(await listen(handler), { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([503, '']);
  });

  it('answers 500 when the source fails', async () => {
    const onError = jest.fn();
    const failure = new Error('secret');
    const exporter = exporterOf(source().collector, { onError });
    const handler = exporter.createHealthEndpoint({
      async runHealthChecks() {
        await Promise.resolve();
        throw failure;
      },
    });
    const response = await fetch(await listen(handler));
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')]);
    expect(onError).toHaveBeenCalledWith(failure);
  });
});
