import { describe, expect, it } from '@jest/globals';
import { type StatsdServer, pollUntil, start } from '@bduf/backends';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily, MetricsError } from '@bduf/metrics-core/interfaces';
import { seriesOf } from '@bduf/metrics-core/primitives';
import { MetricsIntegration, type PromClientRegistry, withPromClient } from '@bduf/metrics-integrations';
import * as promClient from 'prom-client';
import { exporterOf } from '../support/exporter-of.ts';

/** A registry with one counter, and what can go wrong with it. */
function importing() {
  const registry = new promClient.Registry();
  const jobs = new promClient.Counter({ name: 'jobs_total', help: 'Jobs.', registers: [registry] });
  jobs.inc(3);
  const metrics = new MetricsCollector();
  metrics.counter({ name: 'orders_total', description: 'Orders.' }).inc(7);
  const errors: MetricsError[] = [];
  const both = withPromClient(metrics, registry, { onError: (error) => errors.push(error) });
  return { registry, jobs, metrics, errors, both };
}

type Collect = (gauge: promClient.Gauge) => void | Promise<void>;

/** Adds a gauge that is set when it is read. */
function addGauge(registry: promClient.Registry, name: string, collect: Collect): promClient.Gauge {
  return new promClient.Gauge({
    name,
    help: 'Level.',
    registers: [registry],
    async collect() {
      await collect(this);
    },
  });
}

const valuesOf = (families: readonly MetricFamily[]): Readonly<Record<string, readonly number[]>> =>
  Object.fromEntries(families.map((family) => [family.name, Array.from(seriesOf(family), ({ value }) => value)]));

const codes = (errors: readonly MetricsError[]): readonly string[] => errors.map(({ code }) => code);

describe('a registry of prom-client as a source', () => {
  it('is read when the collector is read', async () => {
    const { jobs, metrics, both, errors } = importing();
    expect(valuesOf(await both.gather())).toMatchObject({ jobs_total: [3], orders_total: [7] });
    jobs.inc();
    metrics.counter({ name: 'orders_total', description: 'Orders.' }).inc();
    expect(valuesOf(await both.gather())).toMatchObject({ jobs_total: [4], orders_total: [8] });
    expect(valuesOf(await both.gather({ names: new Set(['jobs_total']) }))).toEqual({ jobs_total: [4] });
    expect(errors).toEqual([]);
  });

  it('has names in order among those of the collector', async () => {
    const names = (await importing().both.gather()).map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).toEqual(expect.arrayContaining(['jobs_total', 'orders_total']));
  });

  it('is shown by synchronous read-outs as it was last', async () => {
    const { jobs, both } = importing();
    expect(valuesOf(both.gatherSync())).not.toHaveProperty('jobs_total');
    await both.gather();
    jobs.inc();
    expect(valuesOf(both.gatherSync())).toMatchObject({ jobs_total: [3], orders_total: [7] });
  });

  it('is shown as it was last when one of its callbacks fails, which is told once', async () => {
    const { registry, both, errors } = importing();
    await both.gather();
    let isFailing = true;
    addGauge(registry, 'level', (gauge) => {
      if (isFailing) throw new Error('no level');
      gauge.set(5);
    });
    expect(valuesOf(await both.gather())).toMatchObject({ jobs_total: [3], orders_total: [7] });
    await both.gather();
    expect(codes(errors)).toEqual(['METRICS_ERR_INTEGRATION_IMPORT_FAILED']);
    expect(errors[0]?.message).toContain('no level');
    isFailing = false;
    expect(valuesOf(await both.gather())).toMatchObject({ jobs_total: [3], level: [5] });
  });

  it('does not hide a metric of the collector; the clash is told once', async () => {
    const { registry, both, errors } = importing();
    addGauge(registry, 'orders_total', (gauge) => gauge.set(99));
    expect(valuesOf(await both.gather())).toMatchObject({ jobs_total: [3], orders_total: [7] });
    await both.gather();
    expect(codes(errors)).toEqual(['METRICS_ERR_INTEGRATION_IMPORT_DUPLICATE']);
    expect(errors[0]?.message).toContain('"orders_total"');
  });

  it('holds up no read-out that is given up', async () => {
    const { registry, both } = importing();
    await both.gather();
    addGauge(registry, 'level', () => new Promise<void>(() => undefined));
    const giveUp = new AbortController();
    const reading = both.gather({ signal: giveUp.signal });
    giveUp.abort();
    expect(valuesOf(await reading)).toMatchObject({ jobs_total: [3], orders_total: [7] });
  });

  it('cannot break a read-out through a callback for errors that throws', async () => {
    const metrics = new MetricsCollector();
    metrics.counter({ name: 'orders_total', description: 'Orders.' }).inc(7);
    const broken: PromClientRegistry = { getMetricsAsJSON: () => Promise.reject(new Error('broken')) };
    const both = withPromClient(metrics, broken, {
      onError: () => {
        throw new Error('thrown by the application');
      },
    });
    expect(valuesOf(await both.gather())).toMatchObject({ orders_total: [7] });
  });

  it('hands exemplars over', async () => {
    const registry = new promClient.Registry();
    registry.setContentType(promClient.Registry.OPENMETRICS_CONTENT_TYPE as never);
    const options = { help: 'H.', enableExemplars: true, registers: [registry] };
    const jobs = new promClient.Counter({ ...options, name: 'jobs_total' });
    const sizes = new promClient.Histogram({ ...options, name: 'sizes', buckets: [1, 2] });
    jobs.inc({ value: 2, exemplarLabels: { trace_id: 'a' } } as never);
    sizes.observe({ value: 1.5, exemplarLabels: { trace_id: 'b' } } as never);
    const both = withPromClient(new MetricsCollector(), registry);
    const exemplars = (await both.gather()).flatMap(({ blocks }) => blocks.flatMap((block) => block.exemplars));
    expect(exemplars).toEqual([
      { row: 0, column: 0, value: 2, labels: { trace_id: 'a' }, timestampMs: expect.closeTo(Date.now(), -5) },
      { row: 0, column: 1, value: 1.5, labels: { trace_id: 'b' }, timestampMs: expect.closeTo(Date.now(), -5) },
    ]);
  });
});

describe('a registry of prom-client before a StatsD server', () => {
  it('arrives there as increases, each once', async () => {
    const { jobs, both } = importing();
    const statsd: StatsdServer = await start.statsd({ protocol: 'tcp' });
    const config = { statsd: { protocol: 'tcp', port: statsd.port } } as const;
    const integration = new MetricsIntegration(exporterOf(both), config);
    try {
      await integration.pushToStatsD();
      jobs.inc(5);
      await integration.pushToStatsD();
      await integration.pushToStatsD();
      const isAll = () => (statsd.values().counters['jobs_total'] ?? 0) >= 8;
      await pollUntil(isAll, { what: 'all jobs', deadlineMs: 3000 }).catch(() => undefined);
      expect((await statsd.settledValues()).counters).toMatchObject({ jobs_total: 8, orders_total: 7 });
    } finally {
      await integration.close();
      await statsd.stop();
    }
  });
});
