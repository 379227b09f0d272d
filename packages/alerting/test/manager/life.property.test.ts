import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { turns } from '../notify/rig.ts';
import { LifeModel, type ModelRule } from './life-model.ts';
import { ManagerRig, ruleOf } from './manager-rig.ts';

const HOSTS = ['a', 'b', 'c'] as const;
/** A series that is always there, so that what is missing is single ones. */
const ALWAYS = 'always';
const INTERVAL_MS = 15_000;
/** Less than a disk may take. */
const STEP_MS = 2500;

interface World {
  readonly rig: ManagerRig;
}
type Command = fc.AsyncCommand<LifeModel, World>;

class Measure implements Command {
  readonly host: string;
  readonly load: number;

  constructor(host: string, load: number) {
    this.host = host;
    this.load = load;
  }
  check = (): boolean => true;
  run(model: LifeModel, { rig }: World): Promise<void> {
    model.loads.set(this.host, this.load);
    rig.load(this.load, this.host);
    return Promise.resolve();
  }
  toString(): string {
    return `${this.host} = ${this.load}`;
  }
}

class Remove implements Command {
  readonly host: string;

  constructor(host: string) {
    this.host = host;
  }
  check = (model: Readonly<LifeModel>): boolean => model.loads.has(this.host);
  run(model: LifeModel, { rig }: World): Promise<void> {
    model.loads.delete(this.host);
    rig.collector.getMetric('load')?.remove({ host: this.host });
    return Promise.resolve();
  }
  toString(): string {
    return `${this.host} is removed`;
  }
}

class Evaluate implements Command {
  readonly afterMs: number;

  constructor(afterMs: number) {
    this.afterMs = afterMs;
  }
  check = (): boolean => true;
  async run(model: LifeModel, { rig }: World): Promise<void> {
    await rig.pass(this.afterMs, STEP_MS);
    await rig.evaluate(0);
    await turns();
    model.evaluate(rig.clock.now());
    const expected = Object.fromEntries(
      Array.from(model.alerts, ([host, { state, activeAt, firedAt, goodSince }]) => [
        host,
        { state, activeAt, firedAt, goodSince },
      ]),
    );
    const actual = Object.fromEntries(
      rig.manager
        .getActiveAlerts()
        .filter(({ ruleName }) => ruleName === 'high_load')
        .map(({ labels, state, activeAt, firedAt, keepFiringSince }) => [
          labels['host'] ?? '',
          { state, activeAt: activeAt.getTime(), firedAt: firedAt?.getTime(), goodSince: keepFiringSince?.getTime() },
        ]),
    );
    if (!isDeepStrictEqual(actual, expected)) {
      throw new Error(`The alerts are ${inspect(actual)}, those of the model ${inspect(expected)}.`);
    }
  }
  toString(): string {
    return `${this.afterMs} ms later`;
  }
}

class Restart implements Command {
  readonly downMs: number;

  constructor(downMs: number) {
    this.downMs = downMs;
  }
  check = (): boolean => true;
  async run(model: LifeModel, { rig }: World): Promise<void> {
    rig.restart({ downMs: this.downMs, rules: [fullRule(model.rule)] });
    rig.load(1, ALWAYS);
    await rig.manager.open();
    model.restart(this.downMs, rig.clock.now());
  }
  toString(): string {
    return `killed for ${this.downMs} ms`;
  }
}

class Change implements Command {
  readonly change: Partial<ModelRule>;

  constructor(change: Partial<ModelRule>) {
    this.change = change;
  }
  check = (): boolean => true;
  run(model: LifeModel, { rig }: World): Promise<void> {
    model.change(this.change);
    rig.manager.updateRule('high_load', fullRule(model.rule));
    return Promise.resolve();
  }
  toString(): string {
    return `changed to ${JSON.stringify(this.change)}`;
  }
}

const fullRule = (rule: ModelRule) => ruleOf({ ...rule, notifications: ['ops'] });

const rules = fc.record({
  threshold: fc.constant(10),
  duration: fc.constantFrom(0, 30, 40),
  keepFiringFor: fc.constantFrom(0, 30, 40),
  recoveryThreshold: fc.constantFrom(10, 5),
  noData: fc.constantFrom('keep', 'resolve', 'ok', 'alert'),
  maxAlerts: fc.constantFrom(2, 1000),
} as const);

const host = fc.constantFrom(...HOSTS);
const commands = fc.commands<LifeModel, World, false>(
  [
    fc.tuple(host, fc.constantFrom(1, 7, 10, 11, 20, NaN)).map(([of, load]) => new Measure(of, load)),
    fc.tuple(host, fc.constantFrom(1, 7, 20)).map(([of, load]) => new Measure(of, load)),
    host.map((of) => new Remove(of)),
    fc.constantFrom(INTERVAL_MS, INTERVAL_MS, 30_000, 61_000).map((ms) => new Evaluate(ms)),
    fc.constantFrom(INTERVAL_MS, INTERVAL_MS, 300_000).map((ms) => new Evaluate(ms)),
    fc.constantFrom(0, 10_000, 900_000).map((ms) => new Restart(ms)),
    fc
      .oneof(
        fc.record({ duration: fc.constantFrom(0, 30, 60) }),
        fc.record({ threshold: fc.constantFrom(10, 15), recoveryThreshold: fc.constantFrom(5, 10) }),
        fc.record({ keepFiringFor: fc.constantFrom(0, 30) }),
      )
      .map((change) => new Change(change)),
  ],
  { maxCommands: 40, size: 'max' },
);

describe('the life of alerts', () => {
  it('is that of the model, whatever is measured, removed, changed and killed; people hear of nothing else', async () => {
    let firings = 0;
    await fc.assert(
      fc.asyncProperty(rules, commands, async (rule, cmds) => {
        const rig = new ManagerRig({ rules: [fullRule(rule)], intervalMs: INTERVAL_MS, notify: { groupBy: ['host'] } });
        rig.load(1, ALWAYS);
        const model = new LifeModel(rule, INTERVAL_MS);
        await fc.asyncModelRun(() => ({ model, real: { rig } }), cmds);
        firings += model.firedAt.size;
        // Everything ends well.
        for (const each of HOSTS) await new Measure(each, 1).run(model, { rig });
        for (let count = 0; count < 8; count++) await new Evaluate(INTERVAL_MS).run(model, { rig });
        await rig.pass(120_000, STEP_MS);
        for (const each of HOSTS) {
          const told = rig.service.sent
            .filter(({ groupLabels }) => groupLabels['host'] === each)
            .flatMap(({ alerts }) => alerts);
          const times = new Set(told.map(({ firedAt }) => firedAt.getTime()));
          expect([...times].filter((time) => model.firedAt.get(each)?.has(time) !== true)).toEqual([]);
          expect(told.at(-1)?.status ?? 'resolved').toBe('resolved');
          for (const time of times) {
            const statuses = told.filter(({ firedAt }) => firedAt.getTime() === time).map(({ status }) => status);
            // The end comes last, and is told once.
            expect([-1, statuses.length - 1]).toContain(statuses.indexOf('resolved'));
          }
        }
        expect(rig.errors).toEqual([]);
      }),
      { numRuns: 120 },
    );
    expect(firings).toBeGreaterThan(40);
  }, 300_000);
});
