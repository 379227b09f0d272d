import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PrometheusServer, type PushgatewayServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsIntegration, createPrometheusRegistry } from '@bduf/metrics-integrations';
import * as prometheusIo from '@prometheus-io/client';
import express from 'express';
import promBundle from 'express-prom-bundle';
import * as promClient from 'prom-client';
import { tableOfOpenMetrics, tableOfPrometheus } from '../support/exposition-table.ts';
import { exporterOf } from '../support/exporter-of.ts';

const HOSTILE = 'a/b c"ü\n\\,={}';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** One metric of each type. */
function everyType(): MetricsCollector {
  const metrics = new MetricsCollector();
  metrics.counter({ name: 'orders_total', description: 'Orders \\.\n', labels: ['kind'] }).inc({ kind: HOSTILE }, 7);
  metrics.gauge({ name: 'level', description: 'Level.' }).set(-2.5);
  const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', labels: ['kind'], buckets: [0.5, 1.5] });
  for (const size of [0.25, 0.75, 1, 5]) sizes.observe({ kind: 'x' }, size);
  const waits = metrics.summary({ name: 'waits', description: 'Waits.', quantiles: [0.5] });
  for (const wait of [1, 1, 1]) waits.observe(wait);
  metrics.info({ name: 'build_info', description: 'Build.', labels: ['version'] }).set({ version: '1.2' });
  return metrics;
}

const EXPECTED = {
  [`orders_total ${JSON.stringify([['kind', HOSTILE]])}`]: 7,
  'level []': -2.5,
  'sizes_bucket [["kind","x"],["le","0.5"]]': 1,
  'sizes_bucket [["kind","x"],["le","1.5"]]': 3,
  'sizes_bucket [["kind","x"],["le","+Inf"]]': 4,
  'sizes_sum [["kind","x"]]': 7,
  'sizes_count [["kind","x"]]': 4,
  'waits [["quantile","0.5"]]': expect.closeTo(1, 1),
  'waits_sum []': 3,
  'waits_count []': 3,
  'build_info [["version","1.2"]]': 1,
};

const registryOf = (metrics: MetricsCollector): promClient.Registry =>
  createPrometheusRegistry<promClient.Registry>(exporterOf(metrics));

/** An Express app that express-prom-bundle measures, with our registry, and two requests that were served. */
async function bundledApp(metrics: MetricsCollector): Promise<Server> {
  const integration = new MetricsIntegration(exporterOf(metrics), {});
  const app = express();
  const promRegistry = integration.createPrometheusRegistry<promClient.Registry>();
  app.use(
    promBundle({ promRegistry, includeMethod: true, includePath: true, buckets: [1e9], customLabels: { team: 'a' } }),
  );
  app.get('/things/:id', (_req, res) => void res.send('thing'));
  const server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  for (const path of ['/things/1', '/things/2', '/none']) {
    await (await fetch(`http://127.0.0.1:${portOf(server)}${path}`)).text();
  }
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** What express-prom-bundle counts for the requests above. */
const BUNDLED = {
  'http_request_duration_seconds_count [["method","GET"],["path","/things/#val"],["status_code","200"],["team","a"]]': 2,
  'http_request_duration_seconds_count [["method","GET"],["path","/none"],["status_code","404"],["team","a"]]': 1,
  'http_request_duration_seconds_bucket [["le","1000000000"],["method","GET"],["path","/none"],["status_code","404"],["team","a"]]': 1,
  'up []': 1,
};

describe('our registry as promRegistry of express-prom-bundle', () => {
  it('has what the bundle measures and what the collector has, in one document', async () => {
    const server = await bundledApp(everyType());
    try {
      const answer = await fetch(`http://127.0.0.1:${portOf(server)}/metrics`);
      expect(answer.status).toBe(200);
      const { values, heads } = tableOfPrometheus(await answer.text());
      expect(values).toMatchObject({ ...EXPECTED, ...BUNDLED });
      expect(heads).toMatchObject({
        orders_total: ['counter', 'Orders \\.\n'],
        http_request_duration_seconds: ['histogram', expect.stringContaining('status_code, method, path, team')],
        up: ['gauge', '1 = up, 0 = not up'],
      });
    } finally {
      server.close();
    }
  });
});

await describeWithBackends(['prometheus', 'pushgateway'], 'our registry before real servers', () => {
  it('is scraped from express-prom-bundle by Prometheus', async () => {
    const server = await bundledApp(everyType());
    const prometheus: PrometheusServer = await start.prometheus({
      scrape: [`127.0.0.1:${portOf(server)}`],
      interval: '250ms',
    });
    try {
      expect(await prometheus.afterNextScrape()).toMatchObject([{ up: true }]);
      const read = async (query: string) => (await prometheus.query(query)).map(({ value }) => Number(value[1]));
      expect(await read('orders_total')).toEqual([7]);
      expect(await read('sizes_bucket{le="1.5"}')).toEqual([3]);
      expect(await read('http_request_duration_seconds_count{path="/things/#val"}')).toEqual([2]);
      expect(await read('sum(http_request_duration_seconds_count)')).toEqual([3]);
    } finally {
      await prometheus.stop();
      server.close();
    }
  });

  it("is pushed by prom-client's own Pushgateway", async () => {
    const gateway: PushgatewayServer = await start.pushgateway();
    try {
      const registry = registryOf(everyType());
      await new promClient.Pushgateway(gateway.url, {}, registry).push({ jobName: 'batch' });
      expect(await gateway.metrics()).toMatch(/^sizes_bucket\{instance="",job="batch",kind="x",le="1.5"\} 3$/m);
    } finally {
      await gateway.stop();
    }
  });
});

describe.each([
  ['prom-client', promClient],
  ['@prometheus-io/client', prometheusIo],
] as const)('our registry and %s', (_, library) => {
  // The libraries have the same form, but not the same types.
  const { Registry, Counter, Histogram, collectDefaultMetrics, AggregatorRegistry } =
    library as unknown as typeof promClient;
  let metrics: MetricsCollector;
  let registry: promClient.Registry;
  beforeEach(() => {
    metrics = everyType();
    registry = registryOf(metrics);
  });

  it.each([
    [Registry.PROMETHEUS_CONTENT_TYPE, tableOfPrometheus],
    [Registry.OPENMETRICS_CONTENT_TYPE, (text: string) => tableOfOpenMetrics(withTypesFirst(text))],
  ] as const)('are merged, in either order, as %s', async (contentType, read) => {
    const theirs = new Registry();
    theirs.setContentType(contentType as promClient.PrometheusContentType);
    const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['q'], registers: [theirs] });
    jobs.inc({ q: HOSTILE }, 3);
    registry.setContentType(contentType as promClient.PrometheusContentType);
    const both = { ...EXPECTED, [`jobs_total ${JSON.stringify([['q', HOSTILE]])}`]: 3 };
    for (const merged of [Registry.merge([registry, theirs]), Registry.merge([theirs, registry])]) {
      expect(read(await merged.metrics()).values).toEqual(both);
      // A merged registry is alive: what is recorded later appears.
      metrics.gauge({ name: 'level', description: 'Level.' }).set(4);
      expect(read(await merged.metrics()).values).toEqual({ ...both, 'level []': 4 });
      metrics.gauge({ name: 'level', description: 'Level.' }).set(-2.5);
    }
    // Their way of writing OpenMetrics changes names of counters; ours must not suffer from it.
    expect(read(await registry.metrics()).values).toEqual(EXPECTED);
  });

  it('hold metrics that the library makes, default metrics among them', async () => {
    const sizes = new Histogram({ name: 'their_sizes', help: 'S.', buckets: [0.5, 2.5], registers: [registry] });
    sizes.observe(1);
    collectDefaultMetrics({ register: registry, prefix: 'node_' });
    for (const [contentType, read] of [
      [Registry.PROMETHEUS_CONTENT_TYPE, tableOfPrometheus],
      [OPEN_METRICS, tableOfOpenMetrics],
    ] as const) {
      registry.setContentType(contentType as promClient.PrometheusContentType);
      const { values } = read(await registry.metrics());
      expect(values).toMatchObject({ ...EXPECTED, 'their_sizes_bucket [["le","2.5"]]': 1, 'their_sizes_sum []': 1 });
      expect(values['node_process_cpu_seconds_total []']).toBeGreaterThan(0);
      expect(values['node_nodejs_heap_size_total_bytes []']).toBeGreaterThan(1e6);
    }
    registry.removeSingleMetric('their_sizes');
    expect(await registry.metrics()).not.toContain('their_sizes');
    expect(registry.getSingleMetric('node_process_start_time_seconds')).toBeDefined();
    registry.clear();
    expect(tableOfOpenMetrics(await textOf(registry)).values).toEqual(EXPECTED);
  });

  it('refuse a second metric of one name, as the library does', () => {
    const again = () => new Counter({ name: 'orders_total', help: 'Again.', registers: [registry] });
    expect(again).toThrow('A metric with the name orders_total has already been registered');
    const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', registers: [registry] });
    expect(() => registry.registerMetric(jobs)).not.toThrow();
    expect(registry.getSingleMetric('jobs_total')).toBe(jobs);
    const other = new Counter({ name: 'jobs_total', help: 'Jobs.', registers: [] });
    expect(() => registry.registerMetric(other)).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_INTEGRATION_METRIC_EXISTS' }),
    );
  });

  it('give default labels to what has none of that name, and forget them', async () => {
    new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['kind'], registers: [registry] }).inc({ kind: 'k' });
    registry.setDefaultLabels({ app: 'shop', kind: 'none' });
    const { values } = tableOfPrometheus(await textOf(registry));
    expect(values).toMatchObject({
      'level [["app","shop"],["kind","none"]]': -2.5,
      [`orders_total ${JSON.stringify([
        ['app', 'shop'],
        ['kind', HOSTILE],
      ])}`]: 7,
      'jobs_total [["app","shop"],["kind","k"]]': 1,
    });
    const json = await registry.getMetricsAsJSON();
    expect(json.find(({ name }) => name === 'level')?.values).toMatchObject([
      { labels: { app: 'shop', kind: 'none' } },
    ]);
    registry.clear();
    expect(tableOfPrometheus(await textOf(registry)).values).toEqual(EXPECTED);
  });

  it('are summed with another process by the library itself', async () => {
    const json = async () => JSON.parse(JSON.stringify(await registry.getMetricsAsJSON())) as object[];
    const sum = AggregatorRegistry.aggregate([await json(), await json()]);
    const doubled = Object.fromEntries(
      Object.entries(EXPECTED).map(([series, value]) => [series, typeof value === 'number' ? 2 * value : value]),
    );
    expect(tableOfPrometheus(await sum.metrics()).values).toEqual({
      ...doubled,
      'waits [["quantile","0.5"]]': expect.closeTo(2, 1),
      'build_info [["version","1.2"]]': 1,
    });
  });

  it('set everything back together', async () => {
    const jobs = new Counter({ name: 'jobs_total', help: 'Jobs.', registers: [registry] });
    jobs.inc(5);
    registry.resetMetrics();
    const { values } = tableOfPrometheus(await textOf(registry));
    expect(values['jobs_total []']).toBe(0);
    expect(Object.keys(values).filter((series) => series.includes(HOSTILE.slice(0, 3)))).toEqual([]);
    metrics.counter({ name: 'orders_total', description: 'Orders \\.\n', labels: ['kind'] }).inc({ kind: 'n' }, 2);
    expect(tableOfPrometheus(await textOf(registry)).values['orders_total [["kind","n"]]']).toBe(2);
  });

  it('answer questions for one metric', async () => {
    expect(tableOfPrometheus(await registry.getSingleMetricAsString('level')).values).toEqual({ 'level []': -2.5 });
    expect(await registry.getSingleMetricAsString('none')).toBe('');
    const metric = registry.getSingleMetric('orders_total') as unknown as promClient.Counter;
    expect(await metric.get()).toMatchObject({
      name: 'orders_total',
      type: 'counter',
      values: [{ value: 7, labels: { kind: HOSTILE } }],
    });
    expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(
      expect.arrayContaining(['orders_total', 'level', 'sizes', 'waits', 'build_info']),
    );
  });

  it('refuse content types that they cannot write', () => {
    expect(() => registry.setContentType('text/html' as never)).toThrow('text/html');
    expect(registry.contentType).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
  });
});

/** The libraries write HELP before TYPE, which scrapers take and the specification does not. */
function withTypesFirst(text: string): string {
  return text.replaceAll(/^(# HELP .*\n)(# TYPE .*\n)/gm, '$2$1');
}

async function textOf(registry: promClient.Registry): Promise<string> {
  return registry.metrics();
}

describe('a registry that is asked often', () => {
  let reads = 0;
  const metrics = everyType();
  const gather = metrics.gather.bind(metrics);
  beforeEach(() => {
    reads = 0;
    metrics.gather = async (options) => {
      reads += 1;
      return gather(options);
    };
  });
  afterEach(() => {
    metrics.gather = gather;
  });

  it('reads the collector once for all metrics of a merged registry, and again for the next scrape', async () => {
    const merged = promClient.Registry.merge([registryOf(metrics)]);
    await merged.metrics();
    expect(reads).toBe(1);
    await merged.metrics();
    expect(reads).toBe(2);
  });
});
