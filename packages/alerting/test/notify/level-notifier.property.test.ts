import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Notification } from '@bduf/metrics-core/interfaces';
import { Rig, instanceIs } from './rig.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const INSTANCES = ['a', 'b', 'c'];

type Step =
  | { readonly do: 'fire'; readonly instance: string; readonly severity: 'warning' | 'critical' }
  | { readonly do: 'resolve' | 'silence' | 'acknowledge' | 'forget'; readonly instance: string }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'break' | 'hang' | 'doubt' | 'refuse' | 'mend' | 'restart' };

const instance = fc.constantFrom(...INSTANCES);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fire' as const),
      instance,
      severity: fc.constantFrom('warning' as const, 'critical' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('resolve' as const), instance }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('silence' as const, 'acknowledge' as const, 'forget' as const),
      instance,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(500, 3000, 6000, 30_000, 90_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('break' as const, 'hang' as const, 'doubt' as const, 'mend' as const, 'restart' as const),
    }),
  },
);

/** The world, and what its receivers believe. */
class World {
  readonly rig: Rig;
  readonly firing = new Set<string>();
  /** Per channel and alert, what was last taken. */
  readonly believed = new Map<string, string>();
  /** What was sent that was not so at that moment. */
  readonly lies: string[] = [];
  #service: 'mended' | 'broken' | 'hanging' | 'doubtful' | 'refusing' = 'mended';

  constructor(options: ConstructorParameters<typeof Rig>[0] = {}) {
    this.rig = new Rig(options);
    this.rig.service.answer = (notification) => {
      this.#check(notification);
      if (this.#service === 'broken') return { status: 'retry' };
      if (this.#service === 'hanging') return new Promise(() => undefined);
      if (this.#service === 'refusing' && notification.channel === 'ops') return { status: 'permanent' };
      for (const { id, status } of notification.alerts) this.believed.set(`${notification.channel} ${id}`, status);
      // It arrived, and the answer was lost.
      return { status: this.#service === 'doubtful' ? 'retry' : 'delivered' };
    };
  }

  async take(next: Step): Promise<void> {
    const { rig } = this;
    switch (next.do) {
      case 'fire':
        rig.fire(next.instance, { severity: next.severity });
        this.firing.add(next.instance);
        return void (await rig.update());
      case 'resolve':
        if (!this.firing.delete(next.instance)) return;
        return rig.resolved(next.instance);
      case 'forget':
        rig.forget(next.instance);
        this.firing.delete(next.instance);
        return void (await rig.update());
      case 'silence':
        return void (await rig.silence([instanceIs(next.instance)], 5 * MINUTE));
      case 'acknowledge':
        if (this.firing.has(next.instance)) await rig.notifier.acknowledge(`id-${next.instance}`, 'ann');
        return;
      case 'pass':
        return rig.pass(next.ms, 2500);
      case 'restart':
        return rig.restart();
      case 'break':
        this.#service = 'broken';
        return;
      case 'hang':
        this.#service = 'hanging';
        return;
      case 'doubt':
        this.#service = 'doubtful';
        return;
      case 'refuse':
        this.#service = 'refusing';
        return;
      case 'mend':
        this.#service = 'mended';
        return;
    }
  }

  /** Lets everything heal and all waits end. */
  async heal(): Promise<void> {
    await this.take({ do: 'mend' });
    await this.rig.update();
    await this.rig.pass(30 * MINUTE, 2500);
  }

  /** Alerts of which the receivers of a channel do not believe what is true. */
  errors(channel: string): readonly string[] {
    return INSTANCES.filter(
      (name) => (this.believed.get(`${channel} id-${name}`) === 'firing') !== this.firing.has(name),
    );
  }

  #check({ alerts }: Notification): void {
    for (const { id, status } of alerts) {
      const isFiring = this.firing.has(id.slice('id-'.length));
      if (isFiring !== (status === 'firing')) this.lies.push(`${id} ${status}`);
    }
  }
}

describe('whatever happens', () => {
  it('receivers believe in the end what is true, and nothing that was sent was untrue', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = new World();
        for (const next of steps) await world.take(next);
        await world.heal();
        expect(world.lies).toEqual([]);
        expect(world.errors('ops')).toEqual([]);
        expect(world.rig.errors).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('nothing is left in the store and in memory when all is over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = new World();
        for (const next of steps) await world.take(next);
        for (const name of INSTANCES) await world.take({ do: 'resolve', instance: name });
        await world.heal();
        expect((await world.rig.store.load()).filter(({ kind }) => kind !== 'notify_silence')).toEqual([]);
        expect(world.rig.notifier.getChannelHealth().every(({ undelivered }) => undelivered === 0)).toBe(true);
        await world.rig.notifier.close(0);
        expect(world.rig.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('everything that one channel refuses is believed at the fallback channel', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const world = new World({ fallbackChannel: 'mail' });
        await world.take({ do: 'refuse' });
        for (const next of steps) {
          if (next.do === 'fire' || next.do === 'resolve' || next.do === 'pass' || next.do === 'restart')
            await world.take(next);
        }
        await world.rig.pass(HOUR, 2500);
        expect(world.errors('mail')).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});
