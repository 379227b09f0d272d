import { expect, it } from '@jest/globals';
import { pollUntil } from '@bduf/backends';
import { MetricsCollector } from '@bduf/metrics-core';
import type { Clock } from '@bduf/metrics-core/interfaces';
import { systemClock } from '@bduf/metrics-core/primitives';
import {
  type DeliveryConfig,
  type DeliveryState,
  type IntegrationConfig,
  type IntegrationOptions,
  MetricsIntegration,
} from '@bduf/metrics-integrations';
import { exporterOf } from '../support/exporter-of.ts';
import { type Manner, UnrulyProxy } from '../support/unruly-proxy.ts';

/** A real system and how to ask it. */
export interface ContractSubject {
  /** Name of the target. */
  readonly target: string;
  /** Whether a body that arrives twice is as one. */
  readonly isIdempotent: boolean;
  /** Port of the real server. */
  readonly backendPort: number;
  /** The configuration for a server at another port. */
  readonly config: (port: number) => IntegrationConfig;
  /** What the system says all increments of `orders_total{kind="a"}` add up to; `undefined` when it knows none. */
  readonly total: () => Promise<number | undefined>;
  /** Removes what the system knows, or makes the next test see only its own. Default: nothing. */
  readonly reset?: () => Promise<void>;
  /** Options of the integration. */
  readonly options?: Partial<IntegrationOptions>;
}

/** What was seen while a server misbehaved, and after it had recovered. */
interface Observations {
  /** Status of each push meanwhile. */
  readonly statuses: readonly (string | undefined)[];
  /** Points that arrived before, and those at the end of the outage. */
  readonly sent: readonly (number | undefined)[];
  readonly retries: number;
  readonly errors: number;
  readonly mostQueueBytes: number;
  readonly finalState: DeliveryState | undefined;
  readonly total: number | undefined;
}

const FAILING: readonly Manner[] = ['refuse', 'hang', 'half-close', '429', '500', 'garbage'];
/** After these nobody can know whether the server has taken the request. */
const UNANSWERED: ReadonlySet<Manner> = new Set(['refuse', 'hang', 'half-close', 'garbage']);
const MAX_QUEUE_BYTES = 4096;
const TIMEOUT_MS = 250;
/** Orders of all phases of {@link observe}. */
const ORDERS = 33;

/** What every target must do before a server that behaves badly: called inside a block of tests. */
export function deliveryContract(open: () => ContractSubject, failing: readonly Manner[] = FAILING): void {
  it.each(failing)('loses nothing and sends nothing twice while a server answers with "%s"', async (manner) => {
    const subject = open();
    const seen = await observe(subject, manner);
    expect(seen.statuses).not.toContain('delivered');
    expect(seen.sent[1]).toBe(seen.sent[0]);
    expect(seen.retries).toBeGreaterThan(0);
    expect(seen.errors).toBeGreaterThan(0);
    expect(seen.mostQueueBytes).toBeLessThanOrEqual(MAX_QUEUE_BYTES);
    expect(seen.finalState).toMatchObject({ queueBytes: 0, isCircuitOpen: false, oldestSeconds: 0 });
    const isUnclear = UNANSWERED.has(manner) && !subject.isIdempotent;
    expect((seen.finalState?.unclear ?? NaN) > 0).toBe(isUnclear);
    expect(seen.total).toBe(ORDERS);
  });

  it('loses nothing and sends nothing twice while a server is slow', async () => {
    const seen = await observe(open(), 'slow');
    expect(seen.sent[1]).toBeGreaterThan(seen.sent[0] ?? NaN);
    expect(seen.finalState).toMatchObject({ queueBytes: 0, isCircuitOpen: false, unclear: 0, dropped: {} });
    expect(seen.total).toBe(ORDERS);
  });

  it('counts a request as unclear whose answer was lost, and sends it again', async () => {
    const subject = open();
    const { state, total } = await loseOneAnswer(subject, 'swallow', 'repeat');
    expect(total).toBe(subject.isIdempotent ? 8 : 13);
    expect(state).toMatchObject({ unclear: subject.isIdempotent ? 0 : 1, dropped: {}, queueBytes: 0 });
  });

  it('sends nothing twice when told to give up what is unclear', async () => {
    const subject = open();
    const { state, total } = await loseOneAnswer(subject, 'swallow', 'drop');
    expect(total).toBe(8);
    expect(state).toMatchObject(subject.isIdempotent ? { unclear: 0, dropped: {} } : GIVEN_UP);
  });

  it('counts what it lost when told to give up what is unclear, and the server had not taken it', async () => {
    const subject = open();
    const { state, total } = await loseOneAnswer(subject, 'half-close', 'drop');
    expect(total).toBe(subject.isIdempotent ? 8 : 3);
    expect(state).toMatchObject(subject.isIdempotent ? { unclear: 0, dropped: {} } : GIVEN_UP);
  });
}

const GIVEN_UP = { unclear: 1, dropped: { unclear: 1 }, queueBytes: 0 };

/**
 * Only a server that hangs runs into the time limit: a machine that is busy must not make doubtful what a test holds for
 * certain.
 */
class PatientClock implements Clock {
  isPatient = true;

  now(): number {
    return systemClock.now();
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  setTimer(delayMs: number, fn: () => void): ReturnType<Clock['setTimer']> {
    return systemClock.setTimer(delayMs === TIMEOUT_MS && this.isPatient ? 100 * TIMEOUT_MS : delayMs, fn);
  }
}

/** An application that counts orders, before a server that can misbehave. */
class Rig {
  readonly clock: PatientClock = new PatientClock();
  readonly count: (amount: number) => void;
  readonly integration: MetricsIntegration;
  readonly #subject: ContractSubject;
  readonly proxy: UnrulyProxy;
  errors = 0;

  private constructor(subject: ContractSubject, proxy: UnrulyProxy, delivery: DeliveryConfig) {
    const metrics = new MetricsCollector();
    const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
    this.#subject = subject;
    this.proxy = proxy;
    this.count = (amount) => orders.inc({ kind: 'a' }, amount);
    const limits = { timeoutMs: TIMEOUT_MS, maxAttempts: 1000, maxQueueBytes: MAX_QUEUE_BYTES };
    const pauses = { baseMs: 10, maxMs: 40, openMs: 20 };
    this.integration = new MetricsIntegration(
      exporterOf(metrics),
      { intervalMs: 100, delivery: { ...limits, ...pauses, ...delivery }, ...subject.config(proxy.port) },
      { onError: () => (this.errors += 1), clock: this.clock, ...subject.options },
    );
  }

  /** Starts one. Call {@link close}. */
  static async start(subject: ContractSubject, delivery: DeliveryConfig = {}): Promise<Rig> {
    await subject.reset?.();
    return new Rig(subject, await UnrulyProxy.start(subject.backendPort), delivery);
  }

  state(): DeliveryState | undefined {
    return this.integration.state().find(({ target }) => target === this.#subject.target);
  }

  async push(deadline: number): Promise<string | undefined> {
    return (await this.integration.pushTo(this.#subject.target, { deadline }))[0]?.status;
  }

  /** Delivers what is left, and asks the system for what it knows once that is as much as it should be. */
  async finalTotal(expected: number): Promise<number | undefined> {
    await this.integration.flush({ deadline: 20_000 });
    const { total } = this.#subject;
    // What is too much would still be on its way when the right number has been seen; then it is read once more.
    const isAll = async () => (await total()) === expected;
    await pollUntil(isAll, { what: 'all orders', deadlineMs: 4000 }).catch(() => undefined);
    return total();
  }

  async close(): Promise<void> {
    await this.integration.close({ deadline: 1000 });
    this.proxy.close();
  }
}

/** Counts orders before, during and after an outage. */
async function observe(subject: ContractSubject, manner: Manner): Promise<Observations> {
  const rig = await Rig.start(subject);
  const { integration, proxy } = rig;
  try {
    rig.count(2);
    expect(await rig.push(20_000)).toBe('delivered');
    const sent = [rig.state()?.sent];

    await proxy.become(manner);
    rig.clock.isPatient = manner !== 'hang';
    integration.start();
    const statuses: (string | undefined)[] = [];
    let mostQueueBytes = 0;
    for (let round = 0; round < 6; round++) {
      rig.count(5);
      statuses.push(await rig.push(60));
      mostQueueBytes = Math.max(mostQueueBytes, rig.state()?.queueBytes ?? 0);
    }
    integration.stop();
    if (manner === 'slow') await pollUntil(() => (rig.state()?.sent ?? 0) > (sent[0] ?? 0), { what: 'one answer' });
    const retries = rig.state()?.requests.retry ?? 0;
    sent.push(rig.state()?.sent);

    rig.clock.isPatient = true;
    // Where an answer is about to come, cutting it off would be another kind of misbehaviour.
    if (manner === 'hang') await proxy.become('pass');
    else proxy.becomeGently('pass');
    rig.count(1);
    const total = await rig.finalTotal(ORDERS);
    return { statuses, sent, retries, errors: rig.errors, mostQueueBytes, finalState: rig.state(), total };
  } finally {
    await rig.close();
  }
}

/** Counts 2 orders, 5 of whose request the answer is lost, and 1. */
async function loseOneAnswer(
  subject: ContractSubject,
  manner: 'swallow' | 'half-close',
  whenUnclear: DeliveryConfig['whenUnclear'],
): Promise<{ readonly state: DeliveryState | undefined; readonly total: number | undefined }> {
  const rig = await Rig.start(subject, { whenUnclear });
  try {
    rig.count(2);
    expect(await rig.push(20_000)).toBe('delivered');
    await rig.proxy.become(manner);
    rig.count(5);
    const pushed = rig.push(20_000);
    await pollUntil(() => (rig.state()?.requests.retry ?? 0) > 0, { what: 'a request without an answer' });
    rig.proxy.becomeGently('pass');
    await pushed;
    rig.count(1);
    const isCertain = subject.isIdempotent || (whenUnclear === 'drop' && manner === 'swallow');
    const total = await rig.finalTotal(isCertain ? 8 : whenUnclear === 'drop' ? 3 : 13);
    return { state: rig.state(), total };
  } finally {
    await rig.close();
  }
}
