import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type MotoServer, pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock, systemClock } from '@bduf/metrics-core/primitives';
import {
  type CloudWatchConfig,
  type DeliveryConfig,
  type IntegrationOptions,
  MetricsIntegration,
} from '@bduf/metrics-integrations';
import { deliveryContract } from '../contract/delivery-contract.ts';
import { streamContract } from '../contract/stream-contract.ts';
import { exporterOf, freePort } from '../support/exporter-of.ts';

interface EmfDocument {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string; readonly StorageResolution: number }[];
    }[];
  };
  readonly [field: string]: unknown;
}

/** Reads lines by the specification of the format: every name must lead to a field of the right kind. */
function readEmf(text: string): Record<string, number> {
  expect(text.endsWith('\n')).toBe(true);
  const totals: Record<string, number> = {};
  for (const line of text.split('\n').slice(0, -1)) {
    const document = JSON.parse(line) as EmfDocument;
    const { _aws: head } = document;
    expect(Number.isInteger(head.Timestamp)).toBe(true);
    for (const { Namespace: namespace, Dimensions: sets, Metrics: metrics } of head.CloudWatchMetrics) {
      expect(metrics.length).toBeLessThanOrEqual(100);
      for (const dimensions of sets) {
        expect(dimensions.length).toBeLessThanOrEqual(30);
        const values = dimensions.map((name) => `${name}=${document[name] as string}`);
        for (const { Name: name } of metrics) {
          const value = document[name];
          if (typeof value !== 'number') throw new TypeError(`${name} is ${String(value)}`);
          const key = `${namespace} ${name} ${values.join()}`;
          totals[key] = (totals[key] ?? 0) + value;
        }
      }
    }
  }
  return totals;
}

/** What fails once is part of the next read-out. */
const GIVES_UP_AT_ONCE: DeliveryConfig = { maxAttempts: 1, baseMs: 1, maxMs: 1 };

function rig(
  config: Partial<CloudWatchConfig>,
  options: Partial<IntegrationOptions> = {},
  delivery: DeliveryConfig = {},
) {
  const metrics = new MetricsCollector();
  const clock = new ManualClock();
  let output = '';
  const integration = new MetricsIntegration(
    exporterOf(metrics),
    { cloudwatch: { mode: 'emf', namespace: 'Shop', ...config }, delivery },
    {
      clock,
      onError: () => undefined,
      writeOutput: (lines) => {
        output += Buffer.from(lines).toString();
        return Promise.resolve();
      },
      ...options,
    },
  );
  return { metrics, integration, clock, output: () => output };
}

describe('CloudWatch by EMF', () => {
  it('adds up to what was recorded, one document for each set of dimensions', async () => {
    const { metrics, integration, output } = rig({ dimensions: { service: 's' }, resolutionSeconds: 1 });
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
    const sold = metrics.counter({ name: 'sold_total', description: 'Sold.', labels: ['kind'] });
    const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', buckets: [1], unit: 'bytes' });
    for (let push = 1; push <= 2; push++) {
      orders.inc({ kind: 'ü' }, push);
      sold.inc({ kind: 'ü' }, 10);
      sizes.observe(push / 4);
      expect(await integration.pushToCloudWatch()).toMatchObject([{ status: 'delivered' }]);
    }
    expect(readEmf(output())).toEqual({
      'Shop orders_total kind=_,service=s': 3,
      'Shop sold_total kind=_,service=s': 20,
      'Shop sizes_sum service=s': 0.75,
      'Shop sizes_count service=s': 2,
    });
    expect(output().split('\n').slice(0, -1)).toHaveLength(4);
  });

  it('adds up series whose labels are written alike', async () => {
    const { metrics, integration, output } = rig({});
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
    for (const kind of ['ü', 'ö', '_']) orders.inc({ kind }, 2);
    expect(await integration.pushToCloudWatch()).toMatchObject([{ delivered: 3, dropped: 0 }]);
    expect(readEmf(output())).toEqual({ 'Shop orders_total kind=_': 6 });
  });

  it('splits what is too much for a document, and drops what it cannot say', async () => {
    const { metrics, integration, output } = rig({});
    for (let n = 0; n < 250; n++) metrics.gauge({ name: `g${n}`, description: 'G.' }).set(n);
    metrics.gauge({ name: 'nan', description: 'No number.' }).set(NaN);
    metrics.gauge({ name: 'same', description: 'Named as its label.', labels: ['same'] }).set({ same: 'a' }, 1);
    expect(await integration.pushToCloudWatch()).toMatchObject([{ delivered: 250, dropped: 2 }]);
    expect(Object.keys(readEmf(output()))).toHaveLength(250);
    expect(integration.state()).toMatchObject([{ dropped: { invalid_value: 1, invalid_labels: 1 } }]);
  });

  it('keeps its head in spite of a label of that name', async () => {
    const { metrics, integration, output } = rig({});
    metrics.gauge({ name: 'level', description: 'Level.', labels: ['_aws'] }).set({ _aws: 'mine' }, 1);
    metrics.gauge({ name: 'other', description: 'Other.' }).set(2);
    expect(await integration.pushToCloudWatch()).toMatchObject([{ delivered: 1, dropped: 1 }]);
    expect(readEmf(output())).toEqual({ 'Shop other ': 2 });
    expect(integration.state()).toMatchObject([{ dropped: { invalid_labels: 1 } }]);
    expect(() => rig({ dimensions: { _aws: 'mine' } })).toThrow(/cloudwatch\.dimensions/);
    expect(() => rig({ mode: 'api', dimensions: { _aws: 'mine' } })).not.toThrow();
  });

  it('names quantiles as people write them', async () => {
    const { metrics, integration, output } = rig({});
    const quantiles = [0.07, 0.29, 0.5, 0.57, 0.999, 1];
    metrics.summary({ name: 'wait', description: 'Wait.', quantiles }).observe(3);
    await integration.pushToCloudWatch();
    const names = ['wait_p7', 'wait_p29', 'wait_p50', 'wait_p57', 'wait_p99.9', 'wait_p100', 'wait_sum', 'wait_count'];
    expect(Object.keys(readEmf(output()))).toEqual(names.map((name) => `Shop ${name} `));
  });

  it('splits a series of more metrics than a document may have, and gives it back as a whole', async () => {
    let failures = 1;
    let text = '';
    const { metrics, integration } = rig(
      {},
      {
        writeOutput: (lines) => {
          if (failures-- > 0) return Promise.reject(new Error('no output'));
          text += Buffer.from(lines).toString();
          return Promise.resolve();
        },
        clock: systemClock,
      },
      GIVES_UP_AT_ONCE,
    );
    const quantiles = Array.from({ length: 240 }, (_, n) => (n + 1) / 241);
    const waits = metrics.summary({ name: 'wait', description: 'Wait.', quantiles });
    waits.observe(3);
    expect(await integration.pushToCloudWatch()).toMatchObject([{ status: 'dropped', dropped: 242 }]);
    waits.observe(4);
    expect(await integration.pushToCloudWatch()).toMatchObject([{ status: 'delivered', delivered: 242 }]);
    const totals = readEmf(text);
    expect(Object.keys(totals)).toHaveLength(242);
    expect(totals).toMatchObject({ 'Shop wait_sum ': 7, 'Shop wait_count ': 2 });
    expect(text.split('\n').slice(0, -1)).toHaveLength(3);
  });

  it('counts what it cannot say once, also when what stood beside it is given back', async () => {
    let failures = 2;
    const { metrics, integration } = rig(
      {},
      {
        writeOutput: () => (failures-- > 0 ? Promise.reject(new Error('no output')) : Promise.resolve()),
        clock: systemClock,
      },
      GIVES_UP_AT_ONCE,
    );
    metrics.counter({ name: 'same', description: 'Named as its label.', labels: ['same'] }).inc({ same: 'a' }, 3);
    metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['same'] }).inc({ same: 'a' }, 5);
    for (let push = 0; push < 3; push++) await integration.pushToCloudWatch();
    expect(integration.state()).toMatchObject([{ sent: 1, dropped: { invalid_labels: 1, retries_exhausted: 2 } }]);
  });

  it('loses nothing and sends nothing twice across a restart of the agent', async () => {
    const port = await freePort();
    let text = '';
    const sockets = new Set<Socket>();
    const listen = async (): Promise<Server> => {
      const server = createServer((socket) => {
        sockets.add(socket);
        socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
      }).listen(port, '127.0.0.1');
      await once(server, 'listening');
      return server;
    };
    const metrics = new MetricsCollector();
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.' });
    const integration = new MetricsIntegration(
      exporterOf(metrics),
      {
        cloudwatch: { mode: 'emf', namespace: 'Shop', agent: { host: '127.0.0.1', port } },
        delivery: { baseMs: 5, maxMs: 20, openMs: 5, maxAttempts: 1000 },
      },
      { onError: () => undefined },
    );
    const total = () => (text === '' ? 0 : (readEmf(text)['Shop orders_total '] ?? 0));
    const first = await listen();
    orders.inc(2);
    await integration.pushToCloudWatch();
    await pollUntil(() => total() === 2, { what: 'the first orders' });
    const closed = once(first, 'close');
    first.close();
    for (const socket of sockets) socket.destroy();
    await closed;
    for (let round = 0; round < 5; round++) {
      orders.inc(5);
      expect((await integration.pushToCloudWatch({ deadline: 40 }))[0]?.status).toBe('pending');
    }
    const second = await listen();
    orders.inc(1);
    await integration.flush();
    await pollUntil(() => total() >= 28, { what: 'all orders' });
    await integration.close();
    expect(total()).toBe(28);
    for (const socket of sockets) socket.destroy();
    second.close();
  });
});

describe('CloudWatch by EMF before agents that misbehave', () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  streamContract(async () => {
    let text = '';
    const server = createServer((socket) => {
      closing.push(() => socket.destroy());
      socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    closing.push(() => server.close());
    await once(server, 'listening');
    return {
      target: 'cloudwatch',
      backend: (server.address() as AddressInfo).port,
      config: ({ port }) => ({ cloudwatch: { mode: 'emf', namespace: 'Shop', agent: { host: '127.0.0.1', port } } }),
      // A line that is still on its way is no line yet.
      total: (kind) => {
        const lines = text.slice(0, text.lastIndexOf('\n') + 1);
        return lines === '' ? 0 : (readEmf(lines)[`Shop orders_total kind=${kind}`] ?? 0);
      },
    };
  });
});

describe('CloudWatch by API', () => {
  it.each([
    ['ThrottlingException', 400, 'pending'],
    ['InternalServiceError', 500, 'pending'],
    ['InvalidParameterValue', 400, 'dropped'],
    ['AccessDeniedException', 403, 'dropped'],
    ['TimeoutError', undefined, 'pending'],
  ])('takes %s (%s) for: %s', async (name, httpStatusCode, status) => {
    const error = Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
    const { metrics, integration } = rig(
      { mode: 'api' },
      { putMetricData: () => Promise.reject(error), clock: systemClock },
    );
    metrics.counter({ name: 'orders_total', description: 'Orders.' }).inc();
    expect(await integration.pushToCloudWatch({ deadline: 20 })).toMatchObject([{ status, note: `${name}: no` }]);
    await integration.close({ deadline: 1 });
  });

  it('puts no more metrics into a request than it may have', async () => {
    const sizes: number[] = [];
    const { metrics, integration } = rig(
      { mode: 'api' },
      {
        putMetricData: ({ MetricData }) => {
          sizes.push(MetricData.length);
          return Promise.resolve();
        },
      },
    );
    const waits = metrics.summary({ name: 'wait', description: 'Wait.', labels: ['n'], quantiles: [0.5, 0.9, 0.99] });
    for (let n = 0; n < 500; n++) waits.observe({ n: `${n}` }, n);
    await integration.pushToCloudWatch();
    expect(sizes).toEqual([1000, 1000, 500]);
  });

  it('leaves out names that are too long, for which the service would refuse the whole request', async () => {
    const names: string[] = [];
    const { metrics, integration } = rig(
      { mode: 'api' },
      {
        putMetricData: ({ MetricData }) => {
          names.push(...MetricData.map(({ MetricName }) => MetricName));
          return Promise.resolve();
        },
      },
    );
    const long = 'x'.repeat(256);
    metrics.gauge({ name: long, description: 'Long.' }).set(1);
    metrics.gauge({ name: long.slice(1), description: 'As long as may be.' }).set(1);
    metrics.gauge({ name: 'level', description: 'Level.', labels: [long] }).set({ [long]: 'a' }, 1);
    expect(await integration.pushToCloudWatch()).toMatchObject([{ delivered: 1, dropped: 2 }]);
    expect(names).toEqual([long.slice(1)]);
    expect(integration.state()).toMatchObject([{ dropped: { too_large: 2 } }]);
  });

  it('splits histograms of more values than a metric may have', async () => {
    const data: { readonly Values: readonly number[]; readonly Counts: readonly number[] }[] = [];
    const { metrics, integration } = rig(
      { mode: 'api' },
      {
        putMetricData: ({ MetricData }) => {
          data.push(...MetricData);
          return Promise.resolve();
        },
      },
    );
    const buckets = Array.from({ length: 400 }, (_, n) => n + 1);
    const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', buckets });
    for (const bucket of buckets) sizes.observe(bucket);
    await integration.pushToCloudWatch();
    expect(data.map(({ Values }) => Values.length)).toEqual([150, 150, 100]);
    expect(data.flatMap(({ Counts }) => Counts).reduce((sum, count) => sum + count)).toBe(400);
  });
});

await describeWithBackends(['moto'], 'CloudWatch by API before moto', () => {
  let moto: MotoServer;
  let client: CloudWatch;
  const credentials = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b' };
  beforeAll(async () => {
    // The SDK finds its credentials by itself, as in an application.
    Object.assign(process.env, credentials);
    moto = await start.moto();
    client = new CloudWatch({ region: 'eu-west-1', endpoint: moto.url });
  });
  afterAll(async () => {
    client.destroy();
    for (const name of Object.keys(credentials)) delete process.env[name];
    await moto.stop();
  });
  const configFor = (port: number): CloudWatchConfig => ({
    mode: 'api',
    namespace: 'Shop',
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
  });
  const statistics = async (name: string, dimensions: Record<string, string> = {}) => {
    const { Datapoints: points = [] } = await client.getMetricStatistics({
      Namespace: 'Shop',
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(Date.now() - 3_600_000),
      EndTime: new Date(Date.now() + 3_600_000),
      Period: 60,
      Statistics: ['Sum', 'SampleCount', 'Maximum'],
    });
    const add = (values: readonly (number | undefined)[]) =>
      values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
    return {
      sum: add(points.map(({ Sum }) => Sum)),
      count: add(points.map(({ SampleCount }) => SampleCount)),
      max: Math.max(...points.map(({ Maximum }) => Maximum ?? -Infinity)),
    };
  };

  it('stores every type as it was recorded', async () => {
    await moto.reset();
    const metrics = new MetricsCollector();
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
    const level = metrics.gauge({ name: 'level', description: 'Level.' });
    const sizes = metrics.histogram({ name: 'sizes', description: 'Sizes.', buckets: [1, 3] });
    const integration = new MetricsIntegration(exporterOf(metrics), { cloudwatch: configFor(moto.port) });
    for (let push = 1; push <= 3; push++) {
      orders.inc({ kind: 'a' }, push);
      level.set(push * 2);
      sizes.observe(2);
      sizes.observe(2);
      expect(await integration.pushToCloudWatch()).toMatchObject([{ status: 'delivered' }]);
    }
    expect(await statistics('orders_total', { kind: 'a' })).toMatchObject({ sum: 6 });
    expect(await statistics('level')).toMatchObject({ max: 6 });
    expect(await statistics('sizes')).toMatchObject({ sum: 12, count: 6 });
    await integration.close();
  });

  deliveryContract(() => ({
    target: 'cloudwatch',
    isIdempotent: false,
    backendPort: moto.port,
    config: (port) => ({ cloudwatch: configFor(port) }),
    reset: async () => moto.reset(),
    total: async () => (await statistics('orders_total', { kind: 'a' })).sum,
  }));
});
