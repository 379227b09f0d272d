import { expect, it } from '@jest/globals';
import { pollUntil } from '@bduf/backends';
import { MetricsCollector } from '@bduf/metrics-core';
import { type IntegrationConfig, MetricsIntegration } from '@bduf/metrics-integrations';
import { exporterOf } from '../support/exporter-of.ts';
import { type Manner, UnrulyProxy } from '../support/unruly-proxy.ts';

/** A server that takes a stream of bytes and answers nothing. */
export interface StreamSubject {
  /** Name of the target. */
  readonly target: string;
  /** Port or path of the real server. */
  readonly backend: number | string;
  /** Path on which a misbehaving one shall listen. Default: a free port. */
  readonly path?: string;
  /** The configuration for the misbehaving one. */
  readonly config: (proxy: UnrulyProxy) => IntegrationConfig;
  /** What the server says all increments of `orders_total` of a kind add up to. */
  readonly total: (kind: string) => number;
}

const MAX_QUEUE_BYTES = 1024 * 1024;
const DELIVERY = {
  timeoutMs: 250,
  baseMs: 5,
  maxMs: 20,
  openMs: 10,
  maxAttempts: 1000,
  maxQueueBytes: MAX_QUEUE_BYTES,
};

/**
 * What targets must do that write a stream into which nobody says a word back. What the operating system has taken counts as
 * sent, so a server that takes and does not read loses what it took, and only that.
 */
export function streamContract(open: () => Promise<StreamSubject>): void {
  it.each<Manner>(['slow', 'babble'])(
    'loses nothing and sends nothing twice before a server of the kind "%s"',
    async (manner) => {
      const rig = await Rig.start(await open());
      try {
        await rig.countThrough(manner);
        expect(await rig.settledTotal('a', 32)).toBe(32);
        expect(await rig.settledTotal('late', 1)).toBe(1);
        expect(rig.state()).toMatchObject({ queueBytes: 0, isCircuitOpen: false, dropped: {}, unclear: 0 });
      } finally {
        await rig.close();
      }
    },
  );

  it.each<Manner>(['refuse', 'half-close', 'garbage', 'hang'])(
    'sends nothing twice before a server of the kind "%s", and delivers afterwards',
    async (manner) => {
      const rig = await Rig.start(await open());
      try {
        const statuses = await rig.countThrough(manner);
        expect(statuses).toHaveLength(6);
        expect(await rig.settledTotal('late', 1)).toBe(1);
        expect(rig.total('a')).toBeGreaterThanOrEqual(2);
        expect(rig.total('a')).toBeLessThanOrEqual(32);
        expect(rig.state()).toMatchObject({ queueBytes: 0, isCircuitOpen: false });
      } finally {
        await rig.close();
      }
    },
  );

  it('keeps its memory bounded before a server that stops reading, and delivers afterwards', async () => {
    const rig = await Rig.start(await open());
    try {
      await rig.proxy.become('hang');
      const levels: number[] = [];
      // As much as the system holds on the way goes first; then it takes nothing more.
      for (let push = 0; push < 500 && (rig.state()?.requests.retry ?? 0) === 0; push++) {
        for (let n = 0; n < 1000; n++) rig.count(`${'x'.repeat(200)}${n}`);
        await rig.push(1000);
        levels.push(rig.state()?.queueBytes ?? NaN);
      }
      expect(rig.state()?.requests.retry).toBeGreaterThan(0);
      expect(rig.errors).toBeGreaterThan(0);
      expect(Math.max(...levels)).toBeLessThanOrEqual(MAX_QUEUE_BYTES);
      await rig.proxy.become('pass');
      rig.count('late');
      await rig.integration.flush({ deadline: 20_000 });
      expect(await rig.settledTotal('late', 1)).toBe(1);
      expect(rig.state()).toMatchObject({ queueBytes: 0, isCircuitOpen: false });
    } finally {
      await rig.close();
    }
  });
}

class Rig {
  readonly proxy: UnrulyProxy;
  readonly integration: MetricsIntegration;
  readonly count: (kind: string, amount?: number) => void;
  readonly #subject: StreamSubject;
  errors = 0;

  private constructor(subject: StreamSubject, proxy: UnrulyProxy) {
    const metrics = new MetricsCollector();
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'], maxSeries: 2000 });
    this.#subject = subject;
    this.proxy = proxy;
    this.count = (kind, amount = 1) => orders.inc({ kind }, amount);
    this.integration = new MetricsIntegration(
      exporterOf(metrics),
      { delivery: DELIVERY, ...subject.config(proxy) },
      { onError: () => (this.errors += 1) },
    );
  }

  static async start(subject: StreamSubject): Promise<Rig> {
    return new Rig(subject, await UnrulyProxy.start(subject.backend, subject.path));
  }

  state(): ReturnType<MetricsIntegration['state']>[number] | undefined {
    return this.integration.state()[0];
  }

  total(kind: string): number {
    return this.#subject.total(kind);
  }

  async push(deadline: number): Promise<string | undefined> {
    return (await this.integration.pushTo(this.#subject.target, { deadline }))[0]?.status;
  }

  /** Counts 2 and then 30 of the kind `a` while the server misbehaves, and one of the kind `late` when it no longer does. */
  async countThrough(manner: Manner): Promise<readonly (string | undefined)[]> {
    this.count('a', 2);
    const first = await this.push(5000);
    if (first !== 'delivered') throw new Error(`the first orders are ${first}`);
    await pollUntil(() => this.total('a') === 2, { what: 'the first orders' });
    await this.proxy.become(manner);
    const statuses: (string | undefined)[] = [];
    for (let round = 0; round < 6; round++) {
      this.count('a', 5);
      statuses.push(await this.push(60));
    }
    // What a slow server has taken still passes through it; from any other nothing more is to be had.
    if (manner === 'slow') await this.settledTotal('a', 32);
    await this.proxy.become('pass');
    this.count('late');
    await this.integration.flush({ deadline: 20_000 });
    return statuses;
  }

  /** The total of a kind once it is what is expected, or after a while. */
  async settledTotal(kind: string, expected: number): Promise<number> {
    const isAll = () => this.total(kind) === expected;
    await pollUntil(isAll, { what: `the orders of kind ${kind}`, deadlineMs: 4000 }).catch(() => undefined);
    return this.total(kind);
  }

  async close(): Promise<void> {
    await this.integration.close({ deadline: 1000 });
    this.proxy.close();
  }
}
