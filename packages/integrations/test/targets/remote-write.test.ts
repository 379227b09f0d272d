import { beforeAll, describe, expect, it } from '@jest/globals';
import { type PrometheusServer, type VictoriametricsServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { MetricsIntegration, type RemoteWriteConfig } from '@bduf/metrics-integrations';
import { deliveryContract } from '../contract/delivery-contract.ts';
import { exporterOf } from '../support/exporter-of.ts';

const HOSTILE = 'a/b c"ü\n\\,={}';

/** One metric of each type. */
function everyType(): MetricsCollector {
  const metrics = new MetricsCollector({ defaultLabels: { zone: 'z', aaa: 'first' } });
  metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] }).inc({ kind: HOSTILE }, 7);
  metrics.gauge({ name: 'level', description: 'Level.' }).set(-2.5);
  const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', labels: ['kind'], buckets: [0.5, 1, 10] });
  for (const size of [0.1, 0.7, 0.8, 5, 50]) sizes.observe({ kind: '' }, size);
  const waits = metrics.summary({ name: 'waits', description: 'Waits.', quantiles: [0.5] });
  for (const wait of [1, 1, 1]) waits.observe(wait);
  metrics.info({ name: 'build_info', description: 'Build.', labels: ['version'] }).set({ version: '1.2' });
  metrics.stateSet({ name: 'mode', description: 'Mode.', states: ['on', 'off'] }).set('on');
  return metrics;
}

const EXPECTED = {
  [`orders_total|kind=${HOSTILE}`]: 7,
  'level|': -2.5,
  'sizes_bucket|le=0.5': 1,
  'sizes_bucket|le=1': 3,
  'sizes_bucket|le=10': 4,
  'sizes_bucket|le=+Inf': 5,
  'sizes_count|': 5,
  'sizes_sum|': 56.6,
  'waits|quantile=0.5': expect.closeTo(1, 1),
  'waits_sum|': 3,
  'waits_count|': 3,
  'build_info|version=1.2': 1,
  'mode|mode=on': 1,
  'mode|mode=off': 0,
};

/** Values by name and own labels. */
function byName(series: readonly { metric: Record<string, string>; value: readonly [number, string] }[], run: string) {
  return Object.fromEntries(
    series.map(({ metric: { __name__: name, zone, aaa, run: of, ...labels }, value }) => {
      expect([zone, aaa, of]).toEqual(['z', 'first', run]);
      return [
        `${name}|${Object.entries(labels)
          .map((label) => label.join('='))
          .join()}`,
        Number(value[1]),
      ];
    }),
  );
}

await describeWithBackends(['prometheus', 'victoriametrics'], 'remote write', () => {
  let prometheus: PrometheusServer;
  let victoriametrics: VictoriametricsServer;
  let run = 0;
  beforeAll(async () => {
    [prometheus, victoriametrics] = await Promise.all([start.prometheus(), start.victoriametrics()]);
  });
  const configFor = (port: number): RemoteWriteConfig => ({
    url: `http://127.0.0.1:${port}/api/v1/write`,
    externalLabels: { run: String(run), zone: 'is not used, since the series have it' },
  });
  const servers = { Prometheus: () => prometheus, VictoriaMetrics: () => victoriametrics };

  describe.each(Object.entries(servers))('to %s', (_, server) => {
    it('stores every type as it was recorded', async () => {
      run += 1;
      const integration = new MetricsIntegration(exporterOf(everyType()), { remoteWrite: configFor(server().port) });
      expect(await integration.pushToPrometheus()).toMatchObject([{ status: 'delivered', points: 14, delivered: 14 }]);
      const series = await server().query(`{run="${run}"}`, Date.now() / 1000 + 1);
      expect(byName(series, String(run))).toEqual(EXPECTED);
      await integration.close();
    });

    it('stores many series from several requests, and pushes that follow each other at once', async () => {
      run += 1;
      const metrics = new MetricsCollector();
      const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['n'] });
      for (let n = 0; n < 4500; n++) orders.inc({ n }, n);
      const integration = new MetricsIntegration(exporterOf(metrics), { remoteWrite: configFor(server().port) });
      for (let push = 0; push < 3; push++) {
        expect(await integration.pushToPrometheus()).toMatchObject([{ status: 'delivered', delivered: 4500 }]);
        orders.inc({ n: 0 }, 1);
      }
      expect(integration.state()).toMatchObject([{ requests: { delivered: 9 }, dropped: {} }]);
      const [sum] = await server().query(`sum(orders_total{run="${run}"})`, Date.now() / 1000 + 1);
      expect(Number(sum?.value[1])).toBe((4499 * 4500) / 2 + 2);
      await integration.close();
    });

    deliveryContract(() => ({
      target: 'remoteWrite',
      isIdempotent: true,
      backendPort: server().port,
      config: (port) => ({ remoteWrite: configFor(port) }),
      reset: async () => {
        run += 1;
        return Promise.resolve();
      },
      total: async () => {
        const query = `orders_total{run="${run}",kind="a"}`;
        const [series] = await server().query(query, Date.now() / 1000 + 1);
        return series && Number(series.value[1]);
      },
    }));
  });

  it('delivers the read-outs of an outage afterwards, each with its own time', async () => {
    run += 1;
    const metrics = new MetricsCollector();
    const level = metrics.gauge({ name: 'level', description: 'Level.' });
    const { port } = victoriametrics;
    let isUp = false;
    const integration = new MetricsIntegration(
      exporterOf(metrics),
      { remoteWrite: configFor(port), delivery: { baseMs: 5, openMs: 5, maxMs: 5 } },
      {
        onError: () => undefined,
        fetch: (url, init) => (isUp ? fetch(url, init) : Promise.reject(new Error('down'))),
      },
    );
    for (let value = 1; value <= 5; value++) {
      level.set(value);
      await integration.pushToPrometheus({ deadline: 5 });
    }
    isUp = true;
    await integration.close();
    const [series] = await victoriametrics.exportSeries(`level{run="${run}"}`);
    expect(series?.values).toEqual([1, 2, 3, 4, 5, 5]);
  });
});
