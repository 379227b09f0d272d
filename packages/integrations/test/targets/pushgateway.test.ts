import { beforeAll, describe, expect, it } from '@jest/globals';
import { type PushgatewayServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { type IntegrationConfig, MetricsIntegration, type PushgatewayConfig } from '@bduf/metrics-integrations';
import { deliveryContract } from '../contract/delivery-contract.ts';
import { exporterOf } from '../support/exporter-of.ts';

const HOSTILE = 'a/b c%2F"ü\n\\';

function withOrders(): { metrics: MetricsCollector; count: (amount: number) => void } {
  const metrics = new MetricsCollector();
  const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
  return { metrics, count: (amount) => orders.inc({ kind: HOSTILE }, amount) };
}

await describeWithBackends(['pushgateway'], 'pushes to a Pushgateway', () => {
  let gateway: PushgatewayServer;
  beforeAll(async () => {
    gateway = await start.pushgateway();
  });
  const pushing = (metrics: MetricsCollector, config: Partial<PushgatewayConfig> = {}) =>
    new MetricsIntegration(exporterOf(metrics), { pushgateway: { url: gateway.url, job: 'tests', ...config } });
  /** The value of a metric in each group, by the labels of the group. */
  const values = async (name: string) =>
    (await gateway.groups()).map((group) => {
      const family = group[name] as { metrics?: { value: string }[] } | undefined;
      return [group['labels'], family?.metrics?.map(({ value }) => value) ?? []];
    });

  it('puts them into the group of job and grouping labels, whatever characters these have', async () => {
    await gateway.wipe();
    const { metrics, count } = withOrders();
    count(7);
    const integration = pushing(metrics, { job: HOSTILE, grouping: { instance: HOSTILE, empty: '' } });
    expect(await integration.pushToPrometheus()).toMatchObject([{ target: 'pushgateway', status: 'delivered' }]);
    expect(await values('orders_total')).toEqual([[{ job: HOSTILE, instance: HOSTILE, empty: '' }, ['7']]]);
    await integration.close();
  });

  it('sends large read-outs compressed, and every type', async () => {
    await gateway.wipe();
    const metrics = new MetricsCollector();
    const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', labels: ['n'], buckets: [1, 2] });
    for (let n = 0; n < 500; n++) sizes.observe({ n }, n / 100);
    const integration = pushing(metrics);
    await integration.pushToPrometheus();
    const text = await gateway.metrics();
    expect(/^sizes_bucket\{instance="",job="tests",n="150",le="2"\} (.*)/m.exec(text)?.[1]).toBe('1');
    expect(/^sizes_bucket\{instance="",job="tests",n="150",le="1"\} (.*)/m.exec(text)?.[1]).toBe('0');
    expect(text.match(/^sizes_count/gm)?.length).toBe(500);
    await integration.close();
  });

  it('replaces the group, or merges into it', async () => {
    await gateway.wipe();
    const { metrics, count } = withOrders();
    count(1);
    const first = pushing(metrics);
    await first.pushToPrometheus();
    const others = new MetricsCollector();
    others.gauge({ name: 'level', description: 'Level.' }).set(3);
    const merging = pushing(others, { mode: 'merge' });
    await merging.pushToPrometheus();
    expect(await values('orders_total')).toEqual([[expect.anything(), ['1']]]);
    expect(await values('level')).toEqual([[expect.anything(), ['3']]]);
    const replacing = pushing(others);
    await replacing.pushToPrometheus();
    expect(await values('orders_total')).toEqual([[expect.anything(), []]]);
    await Promise.all([first.close(), merging.close(), replacing.close()]);
  });

  it('reports what the gateway refuses, once, and goes on', async () => {
    await gateway.wipe();
    const { metrics, count } = withOrders();
    count(1);
    // Another group holds the name as another type.
    const others = new MetricsCollector();
    others.gauge({ name: 'orders_total', description: 'Orders.' }).set(1);
    const earlier = pushing(others, { job: 'others' });
    await earlier.pushToPrometheus();
    await earlier.close();
    const errors: string[] = [];
    const integration = new MetricsIntegration(
      exporterOf(metrics),
      { pushgateway: { url: gateway.url, job: 'tests' } },
      { onError: ({ message }) => errors.push(message) },
    );
    expect(await integration.pushToPrometheus()).toMatchObject([
      { status: 'dropped', note: expect.stringMatching(/^answered 400 /) },
    ]);
    await integration.pushToPrometheus();
    expect(errors).toHaveLength(1);
    expect(integration.state()).toMatchObject([{ dropped: { refused: 2 }, queueBytes: 0 }]);
    await integration.close();
  });

  deliveryContract(() => ({
    target: 'pushgateway',
    isIdempotent: true,
    backendPort: gateway.port,
    config: (port): IntegrationConfig => ({ pushgateway: { url: `http://127.0.0.1:${port}`, job: 'contract' } }),
    reset: async () => gateway.wipe(),
    total: async () => {
      const found = /^orders_total\{.*job="contract".*kind="a".*\} (\S+)$/m.exec(await gateway.metrics());
      return found === null ? undefined : Number(found[1]);
    },
  }));
});

describe('the configuration of a Pushgateway', () => {
  it.each<[string, object]>([
    ['no job', { url: 'http://x', job: '' }],
    ['a job among the grouping labels', { url: 'http://x', job: 'j', grouping: { job: 'k' } }],
    ['a grouping label that is none', { url: 'http://x', job: 'j', grouping: { 'a/b': 'k' } }],
    ['another protocol', { url: 'file:///x', job: 'j' }],
    ['a header that would end early', { url: 'http://x', job: 'j', headers: { a: 'b\r\nc: d' } }],
    ['an unknown field', { url: 'http://x', job: 'j', jobs: 'k' }],
  ])('refuses %s', (_, pushgateway) => {
    const make = () => new MetricsIntegration(exporterOf(new MetricsCollector()), { pushgateway } as never);
    expect(make).toThrow(/pushgateway/);
  });
});
