import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MetricsCollector } from '@bduf/metrics-core';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { ManualClock, seriesOf } from '@bduf/metrics-core/primitives';
import {
  type DeliveryConfig,
  DeltaLedger,
  type DeliveryTarget,
  MetricsIntegration,
  type Parcel,
  type Reading,
  type SendOutcome,
} from '@bduf/metrics-integrations';
import { exporterOf } from '../support/exporter-of.ts';
import { breathe, pass } from '../support/scripted-target.ts';

/** What a server does with a request; after the last one it takes everything. */
type Fate = 'taken' | 'busy' | 'denied' | 'nobody' | 'lost' | 'answer lost' | 'silent' | 'taken in silence';

/** A system that adds up the increases that it is sent, and does with them what it is told. */
class AddingTarget implements DeliveryTarget {
  readonly name: string = 'adding';
  readonly backlog: 'keep' | 'latest';
  readonly isIdempotent: boolean;
  readonly #fates: Fate[];
  readonly #ledger = new DeltaLedger();
  readonly #bodies = new Set<string>();
  #bodiesWritten = 0;
  /** All increases that it has added up. */
  total = 0;
  /** Increases in requests that it took and whose answer nobody heard. */
  takenUnheard = 0;
  /** Increases in requests of which it heard as little as anybody of its answer. */
  unheard = 0;

  constructor({ backlog, isIdempotent }: Pick<AddingTarget, 'backlog' | 'isIdempotent'>, fates: readonly Fate[]) {
    this.backlog = backlog;
    this.isIdempotent = isIdempotent;
    this.#fates = [...fates];
  }

  *encode({ families }: Reading): Generator<Parcel, void, undefined> {
    for (const family of this.#ledger.take(families)) {
      for (const { value } of seriesOf(family)) {
        yield {
          body: Buffer.from(`${(this.#bodiesWritten += 1)} ${value}`),
          points: 1,
          takeBack: () => this.#giveBack(family),
        };
      }
    }
  }

  async send(body: Uint8Array): Promise<SendOutcome> {
    const text = Buffer.from(body).toString();
    const amount = Number(text.split(' ')[1]);
    const fate = this.#fates.shift() ?? 'taken';
    if (fate === 'taken' || fate === 'answer lost' || fate === 'taken in silence') this.#take(text, amount);
    if (fate === 'answer lost' || fate === 'taken in silence') this.takenUnheard += amount;
    if (fate === 'lost' || fate === 'silent') this.unheard += amount;
    if (fate === 'busy') return { status: 'retry', note: 'answered 503' };
    if (fate === 'denied') return { status: 'refused', fault: 'access', note: 'answered 403' };
    if (fate === 'nobody') throw Object.assign(new Error('nobody'), { code: 'ECONNREFUSED' });
    if (fate === 'lost' || fate === 'answer lost') throw new Error('the connection ended');
    if (fate === 'silent' || fate === 'taken in silence') return new Promise(() => undefined);
    return { status: 'delivered' };
  }

  #take(text: string, amount: number): void {
    if (!this.isIdempotent || !this.#bodies.has(text)) this.total += amount;
    this.#bodies.add(text);
  }

  #giveBack(family: MetricFamily): void {
    // The one series of the one family.
    this.#ledger.giveBack(family, 0, 0);
  }
}

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Fate>('taken') },
  {
    weight: 4,
    arbitrary: fc.constantFrom<Fate>('busy', 'denied', 'nobody', 'lost', 'answer lost', 'silent', 'taken in silence'),
  },
);

const run = fc.record({
  fates: fc.array(fate, { maxLength: 12 }),
  /** Amounts that are counted, each followed by a push, and then by a time in milliseconds. */
  rounds: fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom(0, 50, 700, 3000)), {
    minLength: 1,
    maxLength: 8,
  }),
  kind: fc.record({ backlog: fc.constantFrom('keep' as const, 'latest' as const), isIdempotent: fc.boolean() }),
  delivery: fc.record({
    maxAttempts: fc.constantFrom(1, 3, 1000),
    // Room for one parcel, or for all.
    maxQueueBytes: fc.constantFrom(1024, 1_000_000),
  }),
});

/** Counts, pushes, and waits until everything has settled. */
async function settled(
  { fates, rounds, kind, delivery }: typeof run extends fc.Arbitrary<infer Run> ? Run : never,
  whenUnclear: DeliveryConfig['whenUnclear'],
) {
  const clock = new ManualClock();
  const metrics = new MetricsCollector({ clock });
  const jobs = metrics.counter({ name: 'jobs_total', description: 'Jobs.' });
  const target = new AddingTarget(kind, fates);
  const gather = async () => metrics.gather({ names: new Set(['jobs_total']) });
  const integration = new MetricsIntegration(
    exporterOf({ gather, gatherSync: () => [] }),
    { delivery: { timeoutMs: 500, baseMs: 100, maxMs: 400, openMs: 1000, whenUnclear, ...delivery } },
    { clock, random: () => 1, onError: () => undefined, targets: [target] },
  );
  const push = async (): Promise<void> => {
    void integration.pushTo('adding', { deadline: 0 });
    await breathe();
  };
  let recorded = 0;
  for (const [amount, ms] of rounds) {
    jobs.inc(amount);
    recorded += amount;
    await push();
    if (ms > 0) await pass(clock, ms, 50);
  }
  // What comes back is part of the next read-out, and each fate ends one attempt at most.
  for (let round = 0; round <= fates.length; round++) {
    await pass(clock, 3000, 250);
    await push();
  }
  await pass(clock, 20_000, 500);
  await push();
  const [state] = integration.state();
  const closed = integration.close({ deadline: 1 });
  await pass(clock, 10);
  await closed;
  return { target, recorded, unclear: state?.unclear ?? NaN };
}

describe('what a delivery guarantees, whatever becomes of its requests', () => {
  it('is that nothing is lost, and that only what was unclear is counted twice', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (each) => {
        const { target, recorded, unclear } = await settled(each, 'repeat');
        expect(target.total).toBeGreaterThanOrEqual(recorded);
        expect(target.total - recorded).toBeLessThanOrEqual(unclear === 0 ? 0 : target.takenUnheard);
      }),
      { numRuns: 60 },
    );
  });

  it('is that nothing is counted twice, and that only what was unclear is lost, when told so', async () => {
    await fc.assert(
      fc.asyncProperty(run, async (each) => {
        const { target, recorded, unclear } = await settled(each, 'drop');
        expect(target.total).toBeLessThanOrEqual(recorded);
        expect(recorded - target.total).toBeLessThanOrEqual(unclear === 0 ? 0 : target.unheard);
      }),
      { numRuns: 60 },
    );
  });
});
