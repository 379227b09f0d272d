import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type InfluxdbServer, type PrometheusServer, type PushgatewayServer, pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsIntegration } from '@bduf/metrics-integrations';
import { exporterOf } from '../support/exporter-of.ts';
import { type Manner, UnrulyProxy } from '../support/unruly-proxy.ts';

const SEED = Number(process.env['TROUBLE_SEED'] ?? Date.now() % 1_000_000);
const MANNERS: readonly Manner[] = ['pass', 'slow', 'refuse', 'hang', 'half-close', '429', '500', 'garbage', 'swallow'];
const ROUNDS = 30;
const MAX_QUEUE_BYTES = 8192;

/** Numbers from 0 to 1 that follow from a seed: a linear congruential generator with the constants of Numerical Recipes. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

await describeWithBackends(['pushgateway', 'influxdb', 'prometheus'], 'three systems at once', () => {
  let gateway: PushgatewayServer;
  let influxdb: InfluxdbServer;
  let prometheus: PrometheusServer;
  let proxies: readonly UnrulyProxy[];
  beforeAll(async () => {
    [gateway, influxdb, prometheus] = await Promise.all([start.pushgateway(), start.influxdb(), start.prometheus()]);
    proxies = await Promise.all([gateway, influxdb, prometheus].map(async ({ port }) => UnrulyProxy.start(port)));
  });
  afterAll(() => {
    for (const proxy of proxies) proxy.close();
  });

  it(`know in the end what was counted while each of them got into trouble in its own way (TROUBLE_SEED=${SEED})`, async () => {
    const random = randomOf(SEED);
    const metrics = new MetricsCollector();
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.' });
    const [pushgatewayPort, influxdbPort, prometheusPort] = proxies.map(({ port }) => port);
    const errors: string[] = [];
    const integration = new MetricsIntegration(
      exporterOf(metrics),
      {
        intervalMs: 100,
        delivery: {
          timeoutMs: 200,
          maxAttempts: 1000,
          maxQueueBytes: MAX_QUEUE_BYTES,
          baseMs: 5,
          maxMs: 20,
          openMs: 20,
        },
        pushgateway: { url: `http://127.0.0.1:${pushgatewayPort}`, job: 'trouble' },
        influxdb: { url: `http://127.0.0.1:${influxdbPort}`, version: 1, database: influxdb.database },
        remoteWrite: { url: `http://127.0.0.1:${prometheusPort}/api/v1/write` },
      },
      { onError: ({ message }) => errors.push(message) },
    );
    integration.start();

    let counted = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(
        proxies.map(async (proxy) => proxy.become(MANNERS[Math.floor(random() * MANNERS.length)] ?? 'pass')),
      );
      for (let burst = 0; burst < 5; burst++) {
        const amount = Math.ceil(random() * 100);
        orders.inc(amount);
        counted += amount;
        await integration.flush({ deadline: 20 });
      }
      for (const { target, queueBytes } of integration.state()) {
        expect(`${target}: ${queueBytes <= MAX_QUEUE_BYTES}`).toBe(`${target}: true`);
      }
    }

    await Promise.all(proxies.map(async (proxy) => proxy.become('pass')));
    await integration.flush({ deadline: 30_000 });
    await integration.close({ deadline: 10_000 });
    const totals = async (): Promise<readonly (number | undefined)[]> => {
      const group = (await gateway.groups())[0]?.['orders_total'] as { metrics: { value: string }[] } | undefined;
      const [series] = await influxdb.query('SELECT last(value) FROM orders_total');
      const [sample] = await prometheus.query('orders_total');
      return [Number(group?.metrics[0]?.value), Number(series?.values[0]?.[1]), Number(sample?.value[1])];
    };
    const isAll = async (): Promise<boolean> => (await totals()).every((total) => total === counted);
    await pollUntil(isAll, { what: 'all orders', deadlineMs: 10_000 }).catch(() => undefined);
    expect(await totals()).toEqual([counted, counted, counted]);
    // They were in trouble indeed.
    expect(errors.length).toBeGreaterThan(0);
    // Totals of an earlier moment may be given up for later ones, and nothing else.
    const reasons = new Set(integration.state().flatMap(({ dropped }) => Object.keys(dropped)));
    expect([...reasons].filter((reason) => reason !== 'superseded' && reason !== 'queue_full')).toEqual([]);
  }, 180_000);
});
