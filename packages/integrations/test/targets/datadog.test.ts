import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type VictoriametricsServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { type DatadogConfig, type IntegrationOptions, MetricsIntegration } from '@bduf/metrics-integrations';
import { deliveryContract } from '../contract/delivery-contract.ts';
import { exporterOf } from '../support/exporter-of.ts';

const ENV = { DD_API_KEY: 'key-1' };

interface Recorded {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly sentBytes: number;
  readonly series: readonly {
    readonly metric: string;
    readonly type?: number;
    readonly interval?: number;
    readonly points: readonly unknown[];
    readonly tags: readonly string[];
  }[];
}

/** Takes requests as Datadog's API describes them, and keeps what they say. */
function intake() {
  const requests: Recorded[] = [];
  const answer = { status: 202 };
  const fetch: IntegrationOptions['fetch'] = (url, { body, headers }) => {
    const bytes = Buffer.from(body as Uint8Array);
    const given = headers as Record<string, string>;
    const text = given['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    const { series } = JSON.parse(text.toString()) as Pick<Recorded, 'series'>;
    if (answer.status === 202) requests.push({ url, headers: given, sentBytes: bytes.length, series });
    return Promise.resolve(new Response('{}', { status: answer.status }));
  };
  return { requests, answer, fetch };
}

function rig(config: Partial<DatadogConfig> = {}, options: Partial<IntegrationOptions> = {}) {
  const metrics = new MetricsCollector();
  const taken = intake();
  const clock = new ManualClock();
  const integration = new MetricsIntegration(
    exporterOf(metrics),
    { datadog: { host: 'h', ...config } as DatadogConfig },
    { fetch: taken.fetch, env: ENV, clock, onError: () => undefined, ...options },
  );
  return { metrics, integration, clock, ...taken };
}

describe('Datadog series', () => {
  it('say what was added of counts, with the interval, and what is of gauges', async () => {
    const { metrics, integration, requests, clock } = rig({ prefix: 'shop.', tags: { team: 'a', kind: 'not used' } });
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
    const level = metrics.gauge({ name: 'level', description: 'Level.' });
    orders.inc({ kind: 'x' }, 3);
    level.set(-2.5);
    await integration.pushToDatadog();
    clock.advance(15_000);
    orders.inc({ kind: 'x' }, 4);
    await integration.pushToDatadog();
    const seconds = new ManualClock().now() / 1000;
    const resources = [{ type: 'host', name: 'h' }];
    const gauge = { metric: 'shop.level', type: 3, tags: ['team:a', 'kind:not used'], resources };
    const count = { metric: 'shop.orders_total', type: 1, tags: ['kind:x', 'team:a'], resources };
    expect(requests.map(({ series }) => series)).toEqual([
      [
        { ...gauge, points: [{ timestamp: seconds, value: -2.5 }] },
        { ...count, interval: 1, points: [{ timestamp: seconds, value: 3 }] },
      ],
      [
        { ...gauge, points: [{ timestamp: seconds + 15, value: -2.5 }] },
        { ...count, interval: 15, points: [{ timestamp: seconds + 15, value: 4 }] },
      ],
    ]);
    expect(requests[0]).toMatchObject({
      url: 'https://api.datadoghq.com/api/v2/series',
      headers: { 'dd-api-key': 'key-1' },
    });
  });

  it('keep within the limits of a body, and leave out what JSON cannot say', async () => {
    const { metrics, integration, requests } = rig();
    const many = metrics.gauge({ name: 'many', description: 'Many.', labels: ['n'] });
    for (let n = 0; n < 6000; n++) many.set({ n: `${n}-${'x'.repeat(100)}` }, n);
    many.set({ n: 'nan' }, NaN);
    expect(await integration.pushToDatadog()).toMatchObject([{ status: 'dropped', delivered: 6000, dropped: 1 }]);
    expect(requests.flatMap(({ series }) => series)).toHaveLength(6000);
    expect(Math.max(...requests.map(({ series }) => JSON.stringify({ series }).length))).toBeLessThanOrEqual(512_000);
    expect(integration.state()).toMatchObject([{ dropped: { invalid_value: 1 } }]);
  });

  it('keep counting while the key is refused', async () => {
    const { metrics, integration, requests, answer, clock } = rig();
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.' });
    answer.status = 403;
    orders.inc(2);
    await integration.pushToDatadog();
    answer.status = 202;
    orders.inc(3);
    clock.advance(60_000);
    await integration.pushToDatadog();
    expect(requests.flatMap(({ series }) => series)).toMatchObject([{ points: [{ value: 5 }] }]);
  });
});

describe('Datadog distributions', () => {
  it('hold one value for each observation added, the middle of its bucket', async () => {
    const { metrics, integration, requests } = rig({ histograms: 'distributions', site: 'datadoghq.eu' });
    const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', labels: ['kind'], buckets: [1, 3] });
    metrics.counter({ name: 'orders_total', description: 'Orders.' }).inc(1);
    for (const size of [0.2, 2, 2.5, 99]) sizes.observe({ kind: 'a' }, size);
    expect(await integration.pushToDatadog()).toMatchObject([{ points: 1 }, { points: 4, status: 'delivered' }]);
    sizes.observe({ kind: 'a' }, 2);
    await integration.pushToDatadog();
    const distributions = requests.filter(({ url }) => url === 'https://api.datadoghq.eu/api/v1/distribution_points');
    expect(distributions.map(({ series }) => series)).toMatchObject([
      [{ metric: 'sizes', tags: ['kind:a'], host: 'h', points: [[expect.any(Number), [0.5, 2, 2, 3]]] }],
      [{ points: [[expect.any(Number), [2]]] }],
    ]);
    const names = requests.filter(({ url }) => url.endsWith('/api/v2/series')).flatMap(({ series }) => series);
    expect(names.map(({ metric }) => metric)).toEqual(['orders_total']);
  });
});

describe('the environment of Datadog', () => {
  it('gives the key, the site and the tags, unless the configuration does', async () => {
    const env = { ...ENV, DD_SITE: 'us5.datadoghq.com', DD_ENV: 'prod', DD_SERVICE: 's', DD_VERSION: '' };
    const { metrics, integration, requests } = rig({ tags: { service: 'mine' } }, { env });
    metrics.gauge({ name: 'level', description: 'Level.' }).set(1);
    await integration.pushToDatadog();
    expect(requests[0]?.url).toBe('https://api.us5.datadoghq.com/api/v2/series');
    expect(requests[0]?.series[0]?.tags.toSorted()).toEqual(['env:prod', 'service:mine']);
  });

  it('sends nothing by itself, and does not repeat a key that is refused', () => {
    const make = (config: object, env: Record<string, string>) =>
      new MetricsIntegration(exporterOf(new MetricsCollector()), config, { env });
    expect(make({}, ENV).state()).toEqual([]);
    expect(() => make({ datadog: {} }, {})).toThrow(/datadog\.apiKey.*DD_API_KEY|datadog\.apiKey/);
    expect(() => make({ datadog: {} }, { DD_API_KEY: 'a\nb-secret' })).not.toThrow(/secret/);
  });
});

await describeWithBackends(['victoriametrics'], 'Datadog series before a real server', () => {
  let victoriametrics: VictoriametricsServer;
  beforeAll(async () => {
    // As at Datadog, of several counts of one second and one series the last one stays.
    victoriametrics = await start.victoriametrics({ flags: ['-dedup.minScrapeInterval=1ms'] });
  });
  const configFor = (port: number): DatadogConfig => ({
    apiKey: 'k',
    host: 'h',
    url: `http://127.0.0.1:${port}/datadog`,
  });
  const sumOf = async (selector: string) =>
    (await victoriametrics.exportSeries(selector))
      .flatMap(({ values }) => values)
      .reduce((sum, value) => sum + value, 0);

  it('add up to what was recorded, for every type', async () => {
    const metrics = new MetricsCollector();
    const orders = metrics.counter({ name: 'sold_total', description: 'Sold.', labels: ['kind'] });
    const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', buckets: [1, 2] });
    const integration = new MetricsIntegration(exporterOf(metrics), { datadog: configFor(victoriametrics.port) });
    for (let push = 1; push <= 3; push++) {
      orders.inc({ kind: 'a' }, push);
      sizes.observe(push - 0.5);
      expect(await integration.pushToDatadog()).toMatchObject([{ status: 'delivered' }]);
    }
    expect(await sumOf('sold_total{kind="a"}')).toBe(6);
    expect(await sumOf('sizes_bucket{le="2"}')).toBe(2);
    expect(await sumOf('sizes_count')).toBe(3);
    expect(await sumOf('sizes_sum')).toBe(4.5);
    expect(victoriametrics.logs()).not.toMatch(/cannot/);
    await integration.close();
  });

  deliveryContract(() => ({
    target: 'datadog',
    isIdempotent: true,
    backendPort: victoriametrics.port,
    config: (port) => ({ datadog: configFor(port) }),
    reset: async () => {
      const query = new URLSearchParams({ 'match[]': 'orders_total' });
      await fetch(`${victoriametrics.url}/api/v1/admin/tsdb/delete_series?${query.toString()}`, { method: 'POST' });
    },
    total: async () => sumOf('orders_total{kind="a"}'),
  }));
});
