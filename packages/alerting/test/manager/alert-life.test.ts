import { describe, expect, it } from '@jest/globals';
import { ManagerRig, ruleOf } from './manager-rig.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);

describe('the life of an alert', () => {
  it('begins pending and fires once its condition has held for the duration', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 30 })] });
    await rig.loads(5, 11);
    expect(rig.active()).toEqual(['pending warning high_load 11']);
    await rig.loads(12);
    expect(rig.active()).toEqual(['pending warning high_load 12']);
    await rig.loads(13);
    expect(rig.active()).toEqual(['firing warning high_load 13']);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({
      activeAt: at(30),
      firedAt: at(60),
      lastEvaluatedAt: at(60),
      threshold: 10,
      annotations: { description: 'Load is 13.' },
    });
    await rig.loads(10);
    expect(rig.active()).toEqual([]);
    expect(rig.happened()).toEqual(['pending', 'firing', 'resolved']);
  });

  it('ends without a word for people when it does not last', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 30 })] });
    await rig.loads(11, 11, 3, 11, 11);
    expect(rig.active()).toEqual(['pending warning high_load 11']);
    expect(rig.happened()).toEqual(['pending', 'cancelled', 'pending']);
    await rig.pass(60_000);
    expect(rig.service.take()).toEqual([]);
  });

  it('fires at once without a duration, and never is pending', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    expect(rig.happened()).toEqual(['firing']);
  });

  it('is another activation each time it fires anew', async () => {
    const rig = new ManagerRig();
    await rig.loads(11, 1, 11, 1, 11);
    expect(rig.happened()).toEqual(['firing', 'resolved', 'firing', 'resolved', 'firing']);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ activeAt: at(75), firedAt: at(75) });
    const history = rig.manager.getAlertHistory({ start: at(0), end: at(1000) });
    const lives = history.filter(({ type }) => type === 'resolved').map(({ durationMs }) => durationMs);
    expect(lives).toEqual([15_000, 15_000]);
  });

  it('resolves only at the recovery threshold', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ recoveryThreshold: 8 })] });
    await rig.loads(9);
    expect(rig.active()).toEqual([]);
    await rig.loads(11, 9, 8.001);
    expect(rig.active()).toEqual(['firing warning high_load 8.001']);
    await rig.loads(8);
    expect(rig.active()).toEqual([]);
    expect(rig.happened()).toEqual(['firing', 'resolved']);
  });

  it('has a recovery threshold above the threshold where small values are bad', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ condition: 'lt', recoveryThreshold: 12 })] });
    await rig.loads(9, 11);
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    await rig.loads(12);
    expect(rig.active()).toEqual([]);
  });

  it('goes on firing for a while when it is asked to', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ keepFiringFor: 30 })] });
    await rig.loads(11, 1);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ state: 'firing', keepFiringSince: at(30), value: 1 });
    await rig.loads(11);
    expect(rig.manager.getActiveAlerts()[0]?.keepFiringSince).toBeUndefined();
    await rig.loads(2, 3);
    expect(rig.active()).toEqual(['firing warning high_load 3']);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ activeAt: at(15), firedAt: at(15) });
    await rig.loads(4);
    expect(rig.active()).toEqual([]);
    expect(rig.happened()).toEqual(['firing', 'recovering', 'recovering', 'resolved']);
  });

  it('gets more and less severe within one identity', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ tiers: { critical: 100 }, duration: 15 })] });
    await rig.loads(11, 101);
    expect(rig.active()).toEqual(['firing critical high_load 101']);
    const id = rig.manager.getActiveAlerts()[0]?.id;
    await rig.loads(50);
    expect(rig.active()).toEqual(['firing warning high_load 50']);
    await rig.loads(1000);
    expect(rig.active()).toEqual(['firing critical high_load 1000']);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ id, threshold: 100, activeAt: at(15) });
    await rig.loads(1);
    expect(rig.happened()).toEqual(['pending', 'firing', 'severity', 'severity', 'resolved']);
  });

  it.each([
    ['gte', 10, true],
    ['gte', 9.99, false],
    ['gt', 10, false],
    ['gt', Infinity, true],
    ['lte', 10, true],
    ['lt', 10, false],
    ['lt', -Infinity, true],
    ['eq', 10, true],
    ['eq', 10.000001, false],
    ['ne', 10, false],
    ['ne', 9, true],
    ['gt', NaN, false],
    ['ne', NaN, false],
    ['lt', NaN, false],
  ] as const)('compares with %s: %d is bad: %s', async (condition, value, isBad) => {
    const rig = new ManagerRig({ rules: [ruleOf({ condition })] });
    await rig.loads(value);
    expect(rig.active()).toHaveLength(isBad ? 1 : 0);
    expect(await rig.manager.evaluateRule(ruleOf({ condition, name: 'other' }))).toBe(isBad);
  });

  it.each([
    ['inside', 10, true],
    ['inside', 20, true],
    ['inside', 21, false],
    ['outside', 10, false],
    ['outside', 9, true],
    ['outside', 21, true],
  ] as const)('compares with a range: %s %d: %s', async (condition, value, isBad) => {
    const rig = new ManagerRig({ rules: [ruleOf({ condition, upperThreshold: 20 })] });
    await rig.loads(value);
    expect(rig.active()).toHaveLength(isBad ? 1 : 0);
  });

  it('takes equality with 0 for what it is, also that of -0', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ condition: 'eq', threshold: 0 })] });
    await rig.loads(-0);
    expect(rig.active()).toHaveLength(1);
  });
});

describe('an alert without data', () => {
  const gone = (rig: ManagerRig) => rig.collector.getMetric('load')?.remove({});

  it('keeps its state for five minutes by default, then resolves', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    rig.load(NaN);
    for (let minute = 0; minute < 5; minute++) await rig.evaluate(60_000);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ state: 'firing', reason: 'no_data', value: 11 });
    await rig.evaluate(60_000);
    expect(rig.active()).toEqual([]);
    expect(rig.happened()).toEqual(['firing', 'no_data (no_data)', 'resolved (no_data)']);
  });

  it('keeps it only while there is none', async () => {
    const rig = new ManagerRig();
    await rig.loads(11, NaN, 12, NaN);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ reason: 'no_data', activeAt: at(15) });
    await rig.loads(12);
    expect(rig.manager.getActiveAlerts()[0]?.reason).toBeUndefined();
  });

  it('is dropped while it is pending', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 60 })] });
    await rig.loads(11, NaN, 11);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ state: 'pending', activeAt: at(45) });
    expect(rig.happened()).toEqual(['pending', 'cancelled (no_data)', 'pending']);
  });

  it('resolves by way of keepFiringFor with the policy of Prometheus', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ noData: 'resolve', keepFiringFor: 15 })] });
    await rig.loads(11, NaN);
    expect(rig.active()).toHaveLength(1);
    await rig.loads(NaN);
    expect(rig.happened()).toEqual(['firing', 'recovering (no_data)', 'resolved (no_data)']);
  });

  it('resolves at once with the policy ok', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ noData: 'ok', keepFiringFor: 15 })] });
    await rig.loads(11, NaN);
    expect(rig.happened()).toEqual(['firing', 'resolved (no_data)']);
  });

  it('fires with the labels of its series when missing data is what people want to hear of', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ noData: 'alert', duration: 30 })] });
    rig.load(5, 'a');
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
    rig.load(NaN, 'a');
    await rig.evaluate();
    await rig.evaluate(30_000);
    expect(rig.manager.getActiveAlerts()).toMatchObject([
      { state: 'firing', reason: 'no_data', labels: { alertname: 'high_load', host: 'a' } },
    ]);
    rig.load(5, 'a');
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
  });

  it('fires without a series at all, with the labels that its matchers prescribe, until there is one', async () => {
    const matchers = [
      { name: 'host', op: '=', value: 'a' },
      { name: 'zone', op: '!=', value: 'x' },
    ] as const;
    const rig = new ManagerRig({ rules: [ruleOf({ noData: 'alert', matchers })] });
    await rig.evaluate();
    expect(rig.manager.getActiveAlerts()).toMatchObject([{ labels: { alertname: 'high_load', host: 'a' } }]);
    rig.load(5, 'a');
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
  });

  it('ends the alert that there is nothing when there is something else', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ noData: 'alert' })] });
    await rig.evaluate();
    expect(rig.active()).toHaveLength(1);
    rig.load(5, 'a');
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
    gone(rig);
    await rig.evaluate();
    expect(rig.manager.getActiveAlerts()).toMatchObject([{ labels: { alertname: 'high_load' }, reason: 'no_data' }]);
  });

  it.each(['keep', 'alert', 'ok', 'resolve'] as const)(
    'is over when its series was removed, policy %s',
    async (noData) => {
      const rig = new ManagerRig({ rules: [ruleOf({ noData, keepFiringFor: 60 })] });
      rig.load(11, 'a');
      rig.load(5, 'b');
      await rig.evaluate();
      rig.collector.getMetric('load')?.remove({ host: 'a' });
      await rig.evaluate();
      expect(rig.active()).toEqual([]);
      expect(rig.happened()).toEqual(['firing', 'resolved (series_removed)']);
      await rig.evaluate();
      expect(rig.active()).toEqual([]);
    },
  );

  it('does not take a callback that reports nothing for a removal', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ metric: 'measured' })] });
    let value: number | undefined = 11;
    rig.collector.gauge({
      name: 'measured',
      description: 'Measured.',
      collect: ({ set }) => {
        if (value !== undefined) set(value);
      },
    });
    await rig.evaluate();
    value = undefined;
    await rig.evaluate();
    expect(rig.happened()).toEqual(['firing', 'no_data (no_data)']);
  });

  it('takes a value that has not changed for long for none when it is asked to', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ staleAfter: 30, noData: 'ok' })] });
    await rig.loads(11, 11);
    expect(rig.active()).toHaveLength(1);
    await rig.loads(11);
    expect(rig.happened()).toEqual(['firing', 'resolved (stale)']);
    await rig.loads(12);
    expect(rig.happened()).toEqual(['firing']);
  });
});
