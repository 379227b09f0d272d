import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { MeterProvider, type MetricProducer, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type VictoriametricsServer, pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { Gatherer } from '@bduf/metrics-core/interfaces';
import { ManualClock } from '@bduf/metrics-core/primitives';
import { type MetricProducerOptions, createMetricProducer } from '@bduf/metrics-integrations';
import { type Manner, UnrulyProxy } from '../support/unruly-proxy.ts';
import { decodeMetrics } from './decode-metrics.ts';

const HOUR = 3_600_000;

function sdkOf(url: string, producer: MetricProducer) {
  const exporter = new OTLPMetricExporter({ url, timeoutMillis: 400 });
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: HOUR,
    exportTimeoutMillis: 500,
    metricProducers: [producer],
  });
  return { provider: new MeterProvider({ readers: [reader] }), reader };
}

/** What an exporter of the SDK puts on the wire, read by a decoder that is not ours. */
async function sent(gatherer: Gatherer, options?: MetricProducerOptions) {
  const producer: MetricProducer = createMetricProducer(gatherer, options);
  const { resourceMetrics, errors } = await producer.collect();
  expect(errors).toEqual([]);
  return decodeMetrics(resourceMetrics);
}

describe('createMetricProducer', () => {
  it('states type, unit, start and time of everything', async () => {
    const clock = new ManualClock(1_700_000_000_123.5);
    const metrics = new MetricsCollector({ clock, defaultLabels: { zone: 'z' } });
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
    orders.inc({ kind: 'a' }, 2.5);
    metrics.gauge({ name: 'heap', description: 'Heap.', unit: 'bytes' }).set(-3);
    clock.advance(5000);
    orders.inc({ kind: '' }, 1);
    metrics.info({ name: 'build_info', description: 'Build.', labels: ['version'] }).set({ version: '1' });
    clock.advance(1000);
    const first = '1700000000123500000';
    const second = '1700000005123500000';
    const end = '1700000006123500000';
    expect(await sent(metrics, { clock, scope: { name: 'shop', version: '2' } })).toEqual({
      scope: { name: 'shop', version: '2', attributes: [] },
      metrics: {
        build_info: {
          kind: 'sum',
          unit: '',
          isMonotonic: false,
          temporality: 2,
          points: [{ attributes: { version: '1', zone: 'z' }, start: second, end, value: 1 }],
        },
        heap: {
          kind: 'gauge',
          unit: 'By',
          points: [{ attributes: { zone: 'z' }, start: first, end, value: -3 }],
        },
        orders_total: {
          kind: 'sum',
          unit: '',
          isMonotonic: true,
          temporality: 2,
          points: [
            { attributes: { kind: 'a', zone: 'z' }, start: first, end, value: 2.5 },
            { attributes: { zone: 'z' }, start: second, end, value: 1 },
          ],
        },
      },
    });
  });

  it('starts a series anew when it was removed in between', async () => {
    const clock = new ManualClock(1000);
    const metrics = new MetricsCollector({ clock });
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
    orders.inc({ kind: 'a' }, 5);
    orders.remove({ kind: 'a' });
    clock.advance(2000);
    orders.inc({ kind: 'a' }, 1);
    const { metrics: seen } = await sent(metrics, { clock });
    expect(seen['orders_total']?.points).toEqual([
      { attributes: { kind: 'a' }, start: '3000000000', end: '3000000000', value: 1 },
    ]);
  });

  it('puts every observation of a native histogram into the bucket that the data model says', async () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1, 2, 0.5, -1, -4, 1e-300, 1e300),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 40 }), async (observed) => {
        const metrics = new MetricsCollector();
        const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', native: true, buckets: [] });
        for (const each of observed) sizes.observe(each);
        const { metrics: seen } = await sent(metrics);
        const point = seen['sizes']?.points[0];
        if (seen['sizes']?.kind !== 'exponentialHistogram' || point?.exponential === undefined) throw new Error('kind');
        const { scale, zeroCount, positive, negative, count, sum } = point.exponential;
        expect(count).toBe(observed.length);
        expect(sum).toBeCloseTo(
          observed.reduce((total, each) => total + each, 0),
          -300,
        );
        const inBuckets = (side: typeof positive) => side.bucketCounts.reduce((total, each) => total + each, 0);
        expect(zeroCount + inBuckets(positive) + inBuckets(negative)).toBe(count);
        for (const [side, sign] of [
          [positive, 1],
          [negative, -1],
        ] as const) {
          for (const [at, inBucket] of side.bucketCounts.entries()) {
            // (base^k, base^(k+1)], with base = 2^(2^-scale).
            const [low, high] = [0, 1].map((step) => (side.offset + at + step) * 2 ** -scale) as [number, number];
            const within = observed.filter((each) => {
              const exponent = Math.log2(each * sign);
              // Powers of two are exact; elsewhere a value may be beside a bound by less than a double can tell.
              const slack = Number.isInteger(exponent) ? 0 : 1e-12 * Math.max(1, Math.abs(exponent));
              return exponent > low - slack && exponent <= high + slack;
            });
            expect(within.length).toBeGreaterThanOrEqual(inBucket);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('reports a gatherer that fails, and gives what it has when callbacks take too long', async () => {
    const failing: Gatherer = {
      gather: () => Promise.reject(new Error('broken')),
      gatherSync: () => [],
    };
    const { resourceMetrics, errors } = await createMetricProducer(failing).collect();
    expect(errors).toEqual([new Error('broken')]);
    expect(resourceMetrics.scopeMetrics[0]?.metrics).toEqual([]);

    const metrics = new MetricsCollector({ onError: () => undefined });
    metrics.counter({ name: 'orders_total', description: 'Orders.' }).inc();
    metrics.gauge({ name: 'slow', description: 'Slow.', collect: async () => new Promise<never>(() => undefined) });
    const { resourceMetrics: rest } = await createMetricProducer(metrics).collect({ timeoutMillis: 20 });
    expect(rest.scopeMetrics[0]?.metrics.map(({ descriptor }) => descriptor.name)).toContain('orders_total');
  });
});

await describeWithBackends(['victoriametrics'], 'OpenTelemetry SDK and OTLP exporter to VictoriaMetrics', () => {
  let victoriametrics: VictoriametricsServer;
  beforeAll(async () => {
    victoriametrics = await start.victoriametrics();
  });
  const url = (port: number) => `http://127.0.0.1:${port}/opentelemetry/v1/metrics`;
  /** The last value of each series that a run has written. */
  const stored = async (run: string) => {
    const series = await victoriametrics.exportSeries(`{run="${run}"}`);
    return Object.fromEntries(
      series.map(({ metric: { __name__: name, ...labels }, values }) => {
        const shown = Object.entries(labels).filter(
          ([label]) => !/^(run|service|telemetry|scope|job|instance)/.test(label),
        );
        return [`${name}|${shown.map((label) => label.join('=')).join()}`, values.at(-1)];
      }),
    );
  };

  it('stores every type as it was recorded', async () => {
    const metrics = new MetricsCollector({ defaultLabels: { run: 'types' } });
    metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] }).inc({ kind: 'a"b\\ü' }, 7);
    metrics.gauge({ name: 'level', description: 'Level.' }).set(-2.5);
    const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', buckets: [0.5, 1, 10] });
    for (const size of [0.1, 0.7, 0.8, 5, 50]) sizes.observe(size);
    const native = metrics.histogram({ name: 'native', description: 'Native.', native: true, buckets: [] });
    for (const size of [0, 0.7, 0.8, 5, 50]) native.observe(size);
    const waits = metrics.summary({ name: 'waits', description: 'Waits.', quantiles: [0.5] });
    for (const wait of [1, 1, 1]) waits.observe(wait);
    metrics.stateSet({ name: 'mode', description: 'Mode.', states: ['on', 'off'] }).set('on');
    const { provider } = sdkOf(url(victoriametrics.port), createMetricProducer(metrics));
    await provider.forceFlush();
    await provider.shutdown();
    const all = await stored('types');
    const isNativeBucket = (name: string) => name.startsWith('native_bucket|vmrange=');
    const ranges = Object.keys(all)
      .filter(isNativeBucket)
      .map((name) =>
        name
          .slice(name.indexOf('=') + 1)
          .split('...')
          .map(Number),
      );
    for (const size of [0, 0.7, 0.8, 5, 50]) {
      expect(ranges.filter(([low = NaN, high = NaN]) => (size > low && size <= high) || size === high)).toHaveLength(1);
    }
    expect(ranges).toHaveLength(5);
    expect(Object.fromEntries(Object.entries(all).filter(([name]) => !isNativeBucket(name)))).toEqual({
      'orders_total|kind=a"b\\ü': 7,
      'level|': -2.5,
      'sizes_bucket|le=0.5': 1,
      'sizes_bucket|le=1': 3,
      'sizes_bucket|le=10': 4,
      'sizes_bucket|le=+Inf': 5,
      'sizes_sum|': 56.6,
      'sizes_count|': 5,
      'native_sum|': 56.5,
      'native_count|': 5,
      'waits_bucket|le=+Inf': 3,
      'waits_sum|': 3,
      'waits_count|': 3,
      'waits_quantile|quantile=0.5': expect.closeTo(1, 1),
      'mode|mode=on': 1,
      'mode|mode=off': 0,
    });
    expect(victoriametrics.logs()).not.toMatch(/cannot/);
  });

  it.each<Manner>(['refuse', 'hang', 'half-close', '429', '500', 'garbage'])(
    'makes up for exports to a server that answers with "%s", since each tells totals',
    async (manner) => {
      const run = `outage-${manner}`;
      const proxy = await UnrulyProxy.start(victoriametrics.port);
      const metrics = new MetricsCollector({ defaultLabels: { run } });
      const orders = metrics.counter({ name: 'orders_total', description: 'Orders.' });
      const { provider, reader } = sdkOf(url(proxy.port), createMetricProducer(metrics));
      // The SDK drops what it cannot send; its time limit is short, and a machine can be busy.
      const isStored = async (total: number): Promise<boolean> => {
        await reader.forceFlush().catch(() => undefined);
        return (await stored(run))['orders_total|'] === total;
      };
      orders.inc(2);
      await pollUntil(async () => isStored(2), { what: 'the first orders' });
      await proxy.become(manner);
      for (let round = 0; round < 3; round++) {
        orders.inc(5);
        await reader.forceFlush().catch(() => undefined);
      }
      expect(await stored(run)).toEqual({ 'orders_total|': 2 });
      await proxy.become('pass');
      orders.inc(1);
      await pollUntil(async () => isStored(18), { what: 'all orders' });
      await provider.shutdown().catch(() => undefined);
      expect(await stored(run)).toEqual({ 'orders_total|': 18 });
      proxy.close();
    },
  );
});
