import { beforeAll, expect, it } from '@jest/globals';
import { type InfluxdbServer, type VictoriametricsServer, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { type InfluxdbConfig, MetricsIntegration } from '@bduf/metrics-integrations';
import { deliveryContract } from '../contract/delivery-contract.ts';
import { exporterOf } from '../support/exporter-of.ts';

await describeWithBackends(['influxdb'], 'InfluxDB 1', () => {
  let influxdb: InfluxdbServer;
  beforeAll(async () => {
    influxdb = await start.influxdb();
  });
  const configFor = (port: number): InfluxdbConfig => ({
    url: `http://127.0.0.1:${port}`,
    version: 1,
    database: influxdb.database,
  });
  const lastOf = async (statement: string) => (await influxdb.query(statement))[0]?.values[0]?.[1];

  it('stores what was recorded, in batches of the given size', async () => {
    const metrics = new MetricsCollector();
    const orders = metrics.counter({ name: 'many_total', description: 'Orders.', labels: ['n'] });
    for (let n = 1; n <= 250; n++) orders.inc({ n: `a b,c=${n}` }, n);
    const integration = new MetricsIntegration(exporterOf(metrics), {
      influxdb: { ...configFor(influxdb.port), maxLines: 100 },
    });
    expect(await integration.pushToInfluxDB()).toMatchObject([{ status: 'delivered', delivered: 250 }]);
    expect(integration.state()).toMatchObject([{ requests: { delivered: 3 } }]);
    expect(await lastOf('SELECT count(value) FROM many_total')).toBe(250);
    expect(await lastOf('SELECT sum(value) FROM many_total')).toBe((250 * 251) / 2);
    expect(await lastOf(`SELECT value FROM many_total WHERE n = 'a b,c=17'`)).toBe(17);
    await integration.close();
  });

  it('counts the lines that the server refuses of a request, and keeps the others', async () => {
    const metrics = new MetricsCollector();
    metrics.gauge({ name: 'clash', description: 'A field that is a text already.' }).set(1);
    metrics.gauge({ name: 'peace', description: 'A field of its own.' }).set(2);
    await fetch(`${influxdb.url}/write?db=${influxdb.database}`, { method: 'POST', body: 'clash value="text"' });
    const errors: string[] = [];
    const integration = new MetricsIntegration(
      exporterOf(metrics),
      { influxdb: configFor(influxdb.port) },
      { onError: ({ message }) => errors.push(message) },
    );
    expect(await integration.pushToInfluxDB()).toMatchObject([{ status: 'dropped', delivered: 1, dropped: 1 }]);
    expect(errors[0]).toContain('partial write');
    expect(await lastOf('SELECT value FROM peace')).toBe(2);
    expect(integration.state()).toMatchObject([{ dropped: { rejected: 1 }, requests: { delivered: 1 } }]);
    await integration.close();
  });

  it('does not insist on a database that is not there', async () => {
    const metrics = new MetricsCollector();
    metrics.gauge({ name: 'level', description: 'Level.' }).set(1);
    const errors: string[] = [];
    const integration = new MetricsIntegration(
      exporterOf(metrics),
      { influxdb: { url: influxdb.url, version: 1, database: 'nowhere' } },
      { onError: ({ message }) => errors.push(message) },
    );
    expect(await integration.pushToInfluxDB()).toMatchObject([{ status: 'dropped' }]);
    expect(errors[0]).toMatch(/answered 404 .*nowhere/);
    await integration.close({ deadline: 10 });
  });

  deliveryContract(() => ({
    target: 'influxdb',
    isIdempotent: true,
    backendPort: influxdb.port,
    config: (port) => ({ influxdb: configFor(port) }),
    reset: async () => {
      await influxdb.query('DROP MEASUREMENT orders_total');
    },
    total: async () => {
      const last = await lastOf(`SELECT last(value) FROM orders_total WHERE kind = 'a'`);
      return last as number | undefined;
    },
  }));
});

await describeWithBackends(['victoriametrics'], 'InfluxDB 2', () => {
  let victoriametrics: VictoriametricsServer;
  beforeAll(async () => {
    victoriametrics = await start.victoriametrics();
  });
  const configFor = (port: number): InfluxdbConfig => ({
    url: `http://127.0.0.1:${port}`,
    version: 2,
    org: 'o',
    bucket: 'b',
    token: 'secret',
  });

  it('stores what was recorded', async () => {
    const metrics = new MetricsCollector();
    metrics.gauge({ name: 'level', description: 'Level.', labels: ['a'] }).set({ a: 'b c' }, -2.5);
    const sent: RequestInit[] = [];
    const integration = new MetricsIntegration(
      exporterOf(metrics),
      { influxdb: configFor(victoriametrics.port) },
      {
        fetch: (url, init) => {
          sent.push(init);
          return fetch(url, init);
        },
      },
    );
    expect(await integration.pushToInfluxDB()).toMatchObject([{ status: 'delivered' }]);
    expect(sent[0]?.headers).toMatchObject({ authorization: 'Token secret' });
    const series = await victoriametrics.exportSeries('level_value');
    expect(series).toMatchObject([{ metric: { a: 'b c' }, values: [-2.5] }]);
    expect(victoriametrics.logs()).not.toMatch(/cannot/);
    await integration.close();
  });

  deliveryContract(() => ({
    target: 'influxdb',
    isIdempotent: true,
    backendPort: victoriametrics.port,
    config: (port) => ({ influxdb: configFor(port) }),
    reset: async () => {
      const query = new URLSearchParams({ 'match[]': 'orders_total_value' });
      await fetch(`${victoriametrics.url}/api/v1/admin/tsdb/delete_series?${query.toString()}`, { method: 'POST' });
    },
    total: async () => {
      const [series] = await victoriametrics.exportSeries('orders_total_value{kind="a"}');
      return series?.values.at(-1);
    },
  }));
});
