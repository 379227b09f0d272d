import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, type Server, createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type PushgatewayServer, pollUntil, start } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { freePort } from '../support/exporter-of.ts';
import type { Orders } from './fixtures/counting-program.ts';

const PACKAGE = path.join(import.meta.dirname, '../..');
const PROGRAM = [
  '--conditions=@bduf/source',
  '--import=@bduf/jest-preset/run-sources',
  'test/integration/fixtures/counting-program.ts',
];
/** For hangs only: a program that has not ended by then never will. */
const TIME_LIMIT_MS = 100_000;

const children: ChildProcessByStdio<null, Readable, null>[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Starts the program; gives it once it has counted. */
async function counting(orders: Orders) {
  const child = spawn(process.execPath, [...PROGRAM, JSON.stringify(orders)], {
    cwd: PACKAGE,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  await pollUntil(() => printed.startsWith('counted\n'), { what: 'the program to count', deadlineMs: TIME_LIMIT_MS });
  return {
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    /** Exit code or signal, and what was printed last. */
    end: async () => [(await ended).find((each) => each !== null), printed.trimEnd().split('\n').at(-1)] as const,
  };
}

await describeWithBackends(['pushgateway'], 'a process that ends', () => {
  let gateway: PushgatewayServer;
  beforeAll(async () => {
    gateway = await start.pushgateway();
  });
  /** Orders that a job of the gateway has. */
  const arrived = async (job: string) => {
    const found = new RegExp(`^orders_total\\{.*job="${job}".*\\} (\\S+)$`, 'm').exec(await gateway.metrics());
    return found === null ? undefined : Number(found[1]);
  };
  const ordersOf = (job: string, next: Orders['next']): Orders => ({
    config: { intervalMs: 3_600_000, pushgateway: { url: gateway.url, job } },
    exit: {},
    next,
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s delivers before, and ends by it',
    async (signal) => {
      const program = await counting(ordersOf(signal, 'wait'));
      expect(await arrived(signal)).toBeUndefined();
      program.kill(signal);
      expect(await program.end()).toEqual([signal, 'counted']);
      expect(await arrived(signal)).toBe(5);
    },
    TIME_LIMIT_MS,
  );

  it(
    'because nothing is left to do delivers before',
    async () => {
      const program = await counting(ordersOf('end', 'end'));
      expect(await program.end()).toEqual([0, 'counted']);
      expect(await arrived('end')).toBe(5);
    },
    TIME_LIMIT_MS,
  );

  it(
    'in the way of its own listener delivers before, and ends in that way',
    async () => {
      const program = await counting(ordersOf('own', 'own'));
      program.kill('SIGTERM');
      expect(await program.end()).toEqual([0, 'counted']);
      expect(await arrived('own')).toBe(5);
    },
    TIME_LIMIT_MS,
  );
});

describe('a process that ends before a server that answers nothing', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  /** An address where requests are taken and never answered; tells when one came. */
  async function silence() {
    let requests = 0;
    const server = createServer((socket) => {
      socket.once('data', () => (requests += 1)).on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return {
      config: { intervalMs: 3_600_000, pushgateway: { url: `http://127.0.0.1:${port}`, job: 'j' } },
      asked: async () => pollUntil(() => requests > 0, { what: 'a request' }),
    };
  }

  it(
    'waits for it no longer than the deadline',
    async () => {
      const { config } = await silence();
      const program = await counting({ config, exit: { deadline: 300 }, next: 'wait' });
      program.kill('SIGTERM');
      expect(await program.end()).toEqual(['SIGTERM', 'counted']);
    },
    TIME_LIMIT_MS,
  );

  it(
    'ends at once at the second signal',
    async () => {
      const { config, asked } = await silence();
      const program = await counting({ config, exit: { deadline: 3_600_000 }, next: 'wait' });
      program.kill('SIGINT');
      await asked();
      program.kill('SIGINT');
      expect(await program.end()).toEqual(['SIGINT', 'counted']);
    },
    TIME_LIMIT_MS,
  );
});

describe('a program whose last statement awaits a push', () => {
  it(
    'lives until the server is there',
    async () => {
      const port = await freePort();
      const program = await counting({
        config: { delivery: { baseMs: 50, maxMs: 50, openMs: 50 }, statsd: { protocol: 'tcp', port } },
        exit: {},
        next: 'push',
      });
      const statsd = await start.statsd({ protocol: 'tcp', port });
      try {
        expect(await program.end()).toEqual([0, 'delivered']);
        expect((await statsd.settledValues()).counters).toMatchObject({ 'orders_total.a': 5 });
      } finally {
        await statsd.stop();
      }
    },
    TIME_LIMIT_MS,
  );
});
