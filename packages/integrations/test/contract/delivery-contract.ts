import { expect, it } from '@jest/globals';
import { pollUntil } from '@bduf/backends';
import { MetricsCollector } from '@bduf/metrics-core';
import {
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
const MAX_QUEUE_BYTES = 4096;
/** Orders of all phases of {@link observe}. */
const ORDERS = 33;

/** What every target must do before a server that behaves badly: called inside a block of tests. */
export function deliveryContract(open: () => ContractSubject, failing: readonly Manner[] = FAILING): void {
  it.each(failing)('loses nothing and sends nothing twice while a server answers with "%s"', async (manner) => {
    const seen = await observe(open(), manner);
    expect(seen.statuses).not.toContain('delivered');
    expect(seen.sent[1]).toBe(seen.sent[0]);
    expect(seen.retries).toBeGreaterThan(0);
    expect(seen.errors).toBeGreaterThan(0);
    expect(seen.mostQueueBytes).toBeLessThanOrEqual(MAX_QUEUE_BYTES);
    expect(seen.finalState).toMatchObject({ queueBytes: 0, isCircuitOpen: false, oldestSeconds: 0 });
    expect(seen.total).toBe(ORDERS);
  });

  it('loses nothing and sends nothing twice while a server is slow', async () => {
    const seen = await observe(open(), 'slow');
    expect(seen.sent[1]).toBeGreaterThan(seen.sent[0] ?? NaN);
    expect(seen.finalState).toMatchObject({ queueBytes: 0, isCircuitOpen: false });
    expect(seen.total).toBe(ORDERS);
  });
}

/** Counts orders before, during and after an outage. */
async function observe(subject: ContractSubject, manner: Manner): Promise<Observations> {
  await subject.reset?.();
  const proxy = await UnrulyProxy.start(subject.backendPort);
  const metrics = new MetricsCollector();
  const orders = metrics.counter({ name: 'orders_total', description: 'Orders.', labels: ['kind'] });
  let errors = 0;
  const integration = new MetricsIntegration(
    exporterOf(metrics),
    {
      intervalMs: 100,
      delivery: {
        timeoutMs: 250,
        baseMs: 10,
        maxMs: 40,
        openMs: 20,
        maxAttempts: 1000,
        maxQueueBytes: MAX_QUEUE_BYTES,
      },
      ...subject.config(proxy.port),
    },
    { onError: () => (errors += 1), ...subject.options },
  );
  const state = () => integration.state().find(({ target }) => target === subject.target);
  const push = async (deadline: number) => (await integration.pushTo(subject.target, { deadline }))[0]?.status;
  try {
    orders.inc({ kind: 'a' }, 2);
    expect(await push(3000)).toBe('delivered');
    const sent = [state()?.sent];

    proxy.become(manner);
    integration.start();
    const statuses: (string | undefined)[] = [];
    let mostQueueBytes = 0;
    for (let round = 0; round < 6; round++) {
      orders.inc({ kind: 'a' }, 5);
      statuses.push(await push(60));
      mostQueueBytes = Math.max(mostQueueBytes, state()?.queueBytes ?? 0);
    }
    integration.stop();
    const retries = state()?.requests.retry ?? 0;
    sent.push(state()?.sent);

    proxy.become('pass');
    orders.inc({ kind: 'a' }, 1);
    await integration.flush({ deadline: 10_000 });
    const finalState = state();
    // What is too much would still be on its way when the right number has been seen; then it is read once more.
    const isAll = async () => (await subject.total()) === ORDERS;
    await pollUntil(isAll, { what: 'all orders', deadlineMs: 4000 }).catch(() => undefined);
    return { statuses, sent, retries, errors, mostQueueBytes, finalState, total: await subject.total() };
  } finally {
    await integration.close({ deadline: 1000 });
    proxy.close();
  }
}
