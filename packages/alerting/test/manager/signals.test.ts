import { describe, expect, it } from '@jest/globals';
import { query } from '@bduf/metrics-core/primitives';
import { ManagerRig, ruleOf } from './manager-rig.ts';

/** The value that a rule sees at the moment, by its group. */
async function valuesOf(rig: ManagerRig): Promise<Readonly<Record<string, number>>> {
  await rig.evaluate();
  return Object.fromEntries(
    rig.manager.getActiveAlerts().map(({ labels, value }) => {
      const { alertname: _, ...others } = labels;
      return [Object.values(others).join(' '), value];
    }),
  );
}

const counted = (rig: ManagerRig) =>
  rig.collector.counter({ name: 'errors_total', description: 'Errors.', labels: ['route'] });

const timed = (rig: ManagerRig) =>
  rig.collector.histogram({ name: 'seconds', description: 'Time.', labels: ['route'], buckets: [1, 2, 4, 8] });

describe('the value of a rule', () => {
  it('is what a counter has counted within the window, exactly, from its birth on', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ metric: 'errors_total', threshold: 0, window: 60 })] });
    counted(rig).inc({ route: '/a' }, 7);
    expect(await valuesOf(rig)).toEqual({ '/a': 7 });
    counted(rig).inc({ route: '/b' }, 50);
    expect(await valuesOf(rig)).toEqual({ '/a': 7, '/b': 50 });
    await rig.evaluate();
    await rig.evaluate();
    await rig.evaluate();
    expect(await valuesOf(rig)).toEqual({});
  });

  it('is added up by groups', async () => {
    const rig = new ManagerRig({
      rules: [
        ruleOf({ name: 'one', metric: 'errors_total', threshold: 0, groupBy: [] }),
        ruleOf({ name: 'worst', metric: 'load', threshold: 0, groupBy: [] }),
      ],
    });
    counted(rig).inc({ route: '/a' }, 7);
    counted(rig).inc({ route: '/b' }, 5);
    rig.load(3, 'a');
    rig.load(4, 'b');
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning one 12', 'firing warning worst 4']);
  });

  it('is the 95th percentile of a histogram, another quantile, the share above a value, or the mean', async () => {
    const about = { metric: 'seconds', threshold: 0, groupBy: [] };
    const rig = new ManagerRig({
      rules: [
        ruleOf({ ...about, name: 'a' }),
        ruleOf({ ...about, name: 'b', signal: { kind: 'quantile', q: 0.5 } }),
        ruleOf({ ...about, name: 'c', signal: { kind: 'fractionAbove', above: 4 } }),
        ruleOf({ ...about, name: 'd', signal: 'mean' }),
        ruleOf({ ...about, name: 'e', signal: 'increase' }),
        ruleOf({ ...about, name: 'f', minEvents: 5 }),
        ruleOf({ ...about, name: 'g', minEvents: 4 }),
      ],
    });
    for (const seconds of [0.5, 1.5, 3, 7]) timed(rig).observe({ route: '/a' }, seconds);
    await rig.evaluate();
    expect(rig.active()).toEqual([
      'firing warning a 7.199999999999999',
      'firing warning b 2',
      'firing warning c 0.25',
      'firing warning d 3',
      'firing warning e 4',
      'firing warning g 7.199999999999999',
    ]);
  });

  it('is a ratio: 0 without numerator, nothing without denominator', async () => {
    const rig = new ManagerRig({
      rules: [
        ruleOf({
          metric: 'requests_total',
          signal: {
            kind: 'ratio',
            numerator: { matchers: [{ name: 'status', op: '=~', value: '5..' }] },
            denominator: {},
          },
          condition: 'gte',
          threshold: 0,
          groupBy: ['route'],
        }),
      ],
    });
    const requests = rig.collector.counter({ name: 'requests_total', description: 'R.', labels: ['route', 'status'] });
    requests.inc({ route: '/a', status: '200' }, 3);
    expect(await valuesOf(rig)).toEqual({ '/a': 0 });
    requests.inc({ route: '/a', status: '503' });
    expect(await valuesOf(rig)).toEqual({ '/a': 0.25 });
    for (let count = 0; count < 21; count++) await rig.evaluate();
    expect(rig.manager.getRuleHealth()[0]?.evaluations.at(-1)).toMatchObject({ worst: null, reason: 'no_data' });
  });

  it('is a difference of two metrics', async () => {
    const rig = new ManagerRig({
      rules: [
        ruleOf({
          metric: 'used',
          condition: 'lt',
          threshold: 5,
          groupBy: ['pool'],
          signal: { kind: 'difference', left: { metric: 'size' }, right: {} },
        }),
      ],
    });
    const gauge = (name: string) => rig.collector.gauge({ name, description: 'G.', labels: ['pool'] });
    gauge('size').set({ pool: 'a' }, 20);
    gauge('used').set({ pool: 'a' }, 16);
    gauge('size').set({ pool: 'b' }, 50);
    gauge('used').set({ pool: 'b' }, 16);
    expect(await valuesOf(rig)).toEqual({ a: 4 });
  });

  it('is a slope, a prediction, an extreme or a mean of a gauge', async () => {
    const about = { threshold: -1e9, window: 45 };
    const rig = new ManagerRig({
      rules: [
        ruleOf({ ...about, name: 'a', signal: 'deriv' }),
        ruleOf({ ...about, name: 'b', signal: { kind: 'predict', seconds: 30 } }),
        ruleOf({ ...about, name: 'c', signal: 'max' }),
        ruleOf({ ...about, name: 'd', signal: 'min' }),
        ruleOf({ ...about, name: 'e', signal: 'avg' }),
        ruleOf({ ...about, name: 'f', signal: 'changes' }),
        ruleOf({ ...about, name: 'g', signal: { kind: 'quantile', q: 0 } }),
      ],
    });
    await rig.loads(0, 15, 30, 45);
    expect(rig.active().toSorted()).toEqual([
      'firing warning a 1',
      'firing warning b 75',
      'firing warning c 45',
      'firing warning d 15',
      'firing warning e 30',
      'firing warning f 3',
      'firing warning g 15',
    ]);
  });

  it('is 1 while a metric is absent', async () => {
    const matchers = [{ name: 'host', op: '=', value: 'a' }] as const;
    const rig = new ManagerRig({ rules: [ruleOf({ condition: 'absent', matchers })] });
    rig.load(1, 'b');
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load host=a 1']);
    rig.load(1, 'a');
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
  });

  it('is what any question or function of your own says', async () => {
    const { expression } = query('load').maxBy().times(2);
    const rig = new ManagerRig({
      rules: [
        ruleOf({ name: 'a', signal: { kind: 'query', expression } }),
        ruleOf({
          name: 'b',
          signal: {
            kind: 'custom',
            evaluate: () => [
              { labels: { queue: 'x' }, value: 11 },
              { labels: { queue: 'y' }, value: 9 },
              { labels: { queue: 'z' }, value: NaN },
            ],
          },
        }),
      ],
    });
    rig.load(6, 'a');
    rig.load(5, 'b');
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning a 12', 'firing warning b queue=x 11']);
  });

  it('is an extrapolation with the semantics of Prometheus', async () => {
    const about = { metric: 'errors_total', threshold: -1, window: 60, groupBy: [] };
    const rig = new ManagerRig({
      rules: [ruleOf({ ...about, name: 'exact' }), ruleOf({ ...about, name: 'prometheus', semantics: 'prometheus' })],
    });
    for (let count = 0; count < 8; count++) {
      counted(rig).inc({ route: '/a' }, 10);
      await rig.evaluate();
    }
    expect(rig.active()).toEqual(['firing warning exact 40', 'firing warning prometheus 40']);
    counted(rig).inc({ route: '/b' }, 50);
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning exact 80', 'firing warning prometheus 26.666666666666664']);
  });

  it('is not disturbed by a rule that comes later and looks back further', async () => {
    const rule = ruleOf({ metric: 'errors_total', threshold: 0, window: 60 });
    const rig = new ManagerRig({ rules: [rule] });
    counted(rig).inc({ route: '/a' }, 7);
    await rig.evaluate();
    rig.manager.addRule({ ...rule, name: 'longer', window: 7200 });
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load route=/a 7', 'firing warning longer route=/a 7']);
    rig.manager.removeRule('longer');
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load route=/a 7']);
  });
});

describe('a change in percent', () => {
  const rising = ruleOf({ metric: 'errors_total', condition: 'rate_increase', threshold: 50, window: 60, groupBy: [] });

  async function counts(rig: ManagerRig, ...amounts: readonly number[]): Promise<void> {
    for (const amount of amounts) {
      counted(rig).inc({ route: '/a' }, amount);
      await rig.evaluate();
    }
  }
  const last = (rig: ManagerRig) => rig.manager.getRuleHealth()[0]?.evaluations.at(-1);

  it('is none while the windows are not full, so that constant traffic never alerts', async () => {
    const rig = new ManagerRig({ rules: [rising] });
    for (let count = 0; count < 8; count++) {
      await counts(rig, 10);
      expect(last(rig)).toMatchObject({ worst: null, reason: 'window_incomplete' });
    }
    await counts(rig, 10, 10);
    for (let count = 0; count < 30; count++) {
      await counts(rig, 10);
      expect(last(rig)).toMatchObject({ worst: 0 });
    }
    expect(rig.happened()).toEqual([]);
  });

  it('is that of the rate in this window to that in the one before', async () => {
    const rig = new ManagerRig({ rules: [rising] });
    await counts(rig, ...Array.from({ length: 12 }, () => 10), 16, 16, 16, 16);
    expect(rig.active()).toEqual(['firing warning high_load 60']);
    await counts(rig, 16, 16, 16, 16);
    expect(rig.active()).toEqual([]);
  });

  it('is infinite after nothing, unless it is too little to mention', async () => {
    const rig = new ManagerRig({ rules: [rising, { ...rising, name: 'many', minEvents: 5 }] });
    await counts(rig, ...Array.from({ length: 12 }, () => 0), 3);
    expect(rig.active()).toEqual(['firing warning high_load Infinity']);
  });

  it('is none for a decrease from nothing', async () => {
    const rig = new ManagerRig({ rules: [{ ...rising, condition: 'rate_decrease' }] });
    await counts(rig, ...Array.from({ length: 12 }, () => 0));
    expect(last(rig)).toMatchObject({ worst: null });
    await counts(rig, 10, 10, 10, 10, 2, 2, 2, 2);
    expect(rig.active()).toEqual(['firing warning high_load 80']);
  });

  it('is one of means for a gauge', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ condition: 'rate_increase', threshold: 50, window: 60 })] });
    await rig.loads(...Array.from({ length: 12 }, () => 10), 20, 20, 20, 20);
    expect(rig.active()).toEqual(['firing warning high_load 100']);
  });
});
