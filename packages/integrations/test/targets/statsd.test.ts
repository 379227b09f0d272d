import { mkdtempSync, rmSync } from 'node:fs';
import { type Server, type Socket, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type StatsdServer, type StatsdValues, pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import { type IntegrationConfig, MetricsIntegration, type StatsdConfig } from '@bduf/metrics-integrations';
import { streamContract } from '../contract/stream-contract.ts';
import { exporterOf } from '../support/exporter-of.ts';

const FAST = { timeoutMs: 250, baseMs: 10, maxMs: 40, openMs: 20, maxAttempts: 1000 };
const toClose: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close();
});

function rig(statsd: StatsdConfig, more: IntegrationConfig = {}) {
  const metrics = new MetricsCollector();
  const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
  const level = metrics.gauge({ name: 'level', description: 'Level.' });
  const errors: string[] = [];
  const integration = new MetricsIntegration(
    exporterOf(metrics),
    { statsd, delivery: FAST, ...more },
    { onError: ({ message }) => errors.push(message) },
  );
  toClose.push(async () => void (await integration.close({ deadline: 100 })));
  return { metrics, orders, level, integration, errors };
}

/** Waits until a server has seen all, and then long enough to see what would be too much. */
async function settled(server: StatsdServer, count: number): Promise<StatsdValues> {
  const isAll = () => (server.values().counters['orders_total.a'] ?? 0) >= count;
  await pollUntil(isAll, { what: `${count} orders`, deadlineMs: 3000 }).catch(() => undefined);
  return server.settledValues();
}

async function startServer(options: {
  readonly protocol: 'udp' | 'tcp';
  readonly port?: number;
}): Promise<StatsdServer> {
  const server = await start.statsd(options);
  toClose.push(async () => server.stop());
  return server;
}

describe.each(['udp', 'tcp'] as const)('StatsD over %s to the server of npm', (protocol) => {
  it('adds up what was recorded, also across an outage with counting going on', async () => {
    const first = await startServer({ protocol });
    const { port } = first;
    const { orders, level, integration, errors } = rig({ protocol, port });
    orders.inc({ kind: 'a' }, 2);
    orders.inc({ kind: 'b' }, 1);
    level.set(7);
    expect(await integration.pushToStatsD()).toMatchObject([{ status: 'delivered', delivered: 3 }]);
    expect((await settled(first, 2)).counters).toMatchObject({ 'orders_total.a': 2, 'orders_total.b': 1 });
    await first.stop();

    const bytes: number[] = [];
    for (let round = 0; round < 5; round++) {
      orders.inc({ kind: 'a' }, 5);
      level.set(round);
      const [report] = await integration.pushToStatsD({ deadline: 60 });
      expect(report?.status).not.toBe('delivered');
      bytes.push(integration.state()[0]?.queueBytes ?? NaN);
    }
    // Only the newest read-out waits, however long it takes.
    expect(Math.max(...bytes)).toBeLessThan(2000);
    expect(errors.length).toBeGreaterThan(0);

    const second = await startServer({ protocol, port });
    orders.inc({ kind: 'a' }, 1);
    await integration.flush({ deadline: 5000 });
    const { counters, gauges } = await settled(second, 26);
    expect(counters).toMatchObject({ 'orders_total.a': 26, 'statsd.bad_lines_seen': 0 });
    expect(counters['orders_total.b'] ?? 0).toBe(0);
    expect(gauges).toMatchObject({ level: 4 });
  });

  it('sends every count of many series once, over many pushes', async () => {
    const server = await startServer({ protocol });
    const { orders, integration } = rig({ protocol, port: server.port, prefix: 'shop.' });
    for (let push = 1; push <= 3; push++) {
      for (let n = 0; n < 500; n += push) orders.inc({ kind: `k${n}` }, push);
      expect(await integration.pushToStatsD()).toMatchObject([{ status: 'delivered' }]);
      // What UDP cannot hold at the receiver is lost on the way; a real interval leaves time to read it.
      await pollUntil(() => server.values().counters['shop.orders_total.k498'] !== undefined, { what: 'the last' });
    }
    const expected: Record<string, number> = {};
    for (let n = 0; n < 500; n++) {
      expected[`shop.orders_total.k${n}`] = 1 + (n % 2 === 0 ? 2 : 0) + (n % 3 === 0 ? 3 : 0);
    }
    expect((await server.settledValues()).counters).toMatchObject(expected);
  });
});

await describeWithBackends(['collectd'], 'StatsD to collectd', () => {
  it('means the same to a second server', async () => {
    const collectd = await start.collectd();
    const { orders, level, integration } = rig({ port: collectd.port });
    level.set(1.5);
    for (let push = 0; push < 3; push++) {
      orders.inc({ kind: 'a' }, 4);
      await integration.pushToStatsD();
    }
    const values = await pollUntil(
      async () => {
        const current = await collectd.values();
        return current['count-orders_total.a'] === 12 && current;
      },
      { what: 'the values' },
    );
    expect(values['gauge-level']).toBe(1.5);
  });
});

/** A strict agent on a Unix stream socket: four bytes of length, then a payload of whole lines. */
class StreamAgent {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'agent-'));
  readonly path = path.join(this.folder, 'dsd.socket');
  readonly lines: string[] = [];
  readonly problems: string[] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  async start(): Promise<void> {
    this.#server = createServer((socket) => this.#read(socket)).listen(this.path);
    await once(this.#server, 'listening');
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    const closed = this.#server && once(this.#server, 'close');
    this.#server?.close();
    this.#server = undefined;
    await closed;
  }

  /** What all increments of orders with certain tags add up to. */
  total(tags: string): number {
    return this.lines
      .filter((line) => line.startsWith('orders_total:') && line.endsWith(`|c|${tags}`))
      .reduce((sum, line) => sum + Number(/:(\d+)\|/.exec(line)?.[1]), 0);
  }

  #read(socket: Socket): void {
    let pending = Buffer.alloc(0);
    this.#sockets.add(socket);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 4 && pending.length >= 4 + pending.readUInt32LE(0)) {
        const length = pending.readUInt32LE(0);
        const payload = pending.toString('utf8', 4, 4 + length);
        pending = pending.subarray(4 + length);
        if (length > 8192) this.problems.push(`a payload of ${length} bytes`);
        for (const line of payload.replace(/\n$/, '').split('\n')) {
          if (!/^[\w.]+:-?\d+(\.\d+)?\|[cg](\|#[\w.]+:[^|,\n]*(,[\w.]+:[^|,\n]*)*)?$/.test(line))
            this.problems.push(line);
          this.lines.push(line);
        }
      }
    });
    socket.on('close', () => this.#sockets.delete(socket)).on('error', () => undefined);
  }
}

describe('DogStatsD over a Unix stream socket', () => {
  it('frames payloads, keeps the connection, and loses nothing across a restart of the agent', async () => {
    const agent = new StreamAgent();
    toClose.push(async () => {
      await agent.stop();
      rmSync(agent.folder, { recursive: true, force: true });
    });
    const { orders, integration } = rig({
      protocol: 'unix',
      path: agent.path,
      tags: { env: 'prod', kind: 'not used' },
    });
    orders.inc({ kind: 'a' }, 3);
    expect((await integration.pushToStatsD({ deadline: 60 }))[0]?.status).not.toBe('delivered');
    await agent.start();
    expect(await integration.flush()).toMatchObject([{ status: 'delivered' }]);
    await pollUntil(() => agent.lines.length > 0, { what: 'the first lines', deadlineMs: 500 }).catch(() => undefined);
    await agent.stop();
    for (let round = 0; round < 4; round++) {
      orders.inc({ kind: 'a' }, 5);
      await integration.pushToStatsD({ deadline: 60 });
    }
    await agent.start();
    orders.inc({ kind: 'a' }, 1);
    await integration.flush();
    const total = () => agent.total('#env:prod,kind:a');
    await pollUntil(() => total() === 24, { what: 'all orders', deadlineMs: 2000 }).catch(() => undefined);
    expect(total()).toBe(24);
    expect(agent.problems).toEqual([]);
  });
});

describe('StatsD over TCP before servers that misbehave', () => {
  streamContract(async () => {
    const server = await startServer({ protocol: 'tcp' });
    return {
      target: 'statsd',
      backend: server.port,
      config: ({ port }) => ({ statsd: { protocol: 'tcp', port } }),
      total: (kind) => server.values().counters[`orders_total.${kind}`] ?? 0,
    };
  });
});

describe('DogStatsD over a Unix stream socket before agents that misbehave', () => {
  streamContract(async () => {
    const agent = new StreamAgent();
    await agent.start();
    toClose.push(async () => {
      await agent.stop();
      rmSync(agent.folder, { recursive: true, force: true });
    });
    const unruly = path.join(agent.folder, 'unruly.socket');
    return {
      target: 'statsd',
      backend: agent.path,
      path: unruly,
      config: () => ({ statsd: { protocol: 'unix', path: unruly } }),
      total: (kind) => {
        if (agent.problems.length > 0) throw new Error(agent.problems.join('; '));
        return agent.total(`#kind:${kind}`);
      },
    };
  });
});

describe('the configuration of StatsD', () => {
  it.each<[string, StatsdConfig]>([
    ['a socket without a path', { protocol: 'unix' }],
    ['a path without a socket', { path: '/tmp/x' }],
    ['tags that the flavour does not have', { tags: { a: 'b' } }],
    ['a prefix that would end a name', { prefix: 'a:b' }],
    ['a port out of range', { port: 70_000 }],
  ])('refuses %s', (_, statsd) => {
    expect(() => new MetricsIntegration(exporterOf(new MetricsCollector()), { statsd })).toThrow(/statsd/);
  });
});
