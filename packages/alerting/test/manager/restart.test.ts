import { describe, expect, it } from '@jest/globals';
import { type AlertStateStore, MemoryAlertStateStore, type StoredRecord } from '@bduf/metrics-alerting';
import { turns } from '../notify/rig.ts';
import { ManagerRig, START, ruleOf } from './manager-rig.ts';

const MINUTE = 60_000;

async function fired(rig: ManagerRig): Promise<void> {
  await rig.loads(11);
  await rig.pass(6000);
  expect(rig.service.take()).toEqual(['ops new: +']);
}

describe('alerts after a restart', () => {
  it('go on firing, and people are not told again', async () => {
    const rig = new ManagerRig();
    await fired(rig);
    const [before] = rig.manager.getActiveAlerts();
    rig.restart({ downMs: MINUTE });
    await rig.loads(12);
    await rig.pass(2 * MINUTE);
    const [after] = rig.manager.getActiveAlerts();
    expect(after).toMatchObject({
      id: before?.id,
      state: 'firing',
      activeAt: before?.activeAt,
      firedAt: before?.firedAt,
      notifiedAt: before?.notifiedAt,
      value: 12,
    });
    expect(rig.service.take()).toEqual([]);
  });

  it('resolve once when all is well by then, without a word that they fire', async () => {
    const rig = new ManagerRig();
    await fired(rig);
    rig.restart({ downMs: MINUTE });
    await rig.loads(1);
    await rig.pass(2 * MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -']);
  });

  it('are not told before the first evaluation', async () => {
    const rig = new ManagerRig();
    rig.service.answer = () => ({ status: 'retry' });
    await rig.loads(11);
    await rig.pass(20_000);
    rig.service.take();
    rig.service.answer = () => ({ status: 'delivered' });
    rig.restart({ downMs: MINUTE, intervalMs: 600_000 });
    await rig.manager.start();
    await rig.pass(2 * MINUTE);
    await rig.manager.flush(1000);
    expect(rig.service.take()).toEqual([]);
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    rig.load(1);
    await rig.manager.evaluateRules();
    await rig.pass(2 * MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -']);
  });

  it('go on being pending when the outage was short', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 120 })] });
    await rig.loads(11);
    rig.restart({ downMs: 2 * MINUTE });
    await rig.loads(11);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ state: 'firing', activeAt: new Date(START + 15_000) });
  });

  it('begin anew to be pending when the outage was long', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 120 })] });
    await rig.loads(11);
    rig.restart({ downMs: 6 * MINUTE });
    await rig.loads(11);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({
      state: 'pending',
      activeAt: new Date(START + 30_000 + 6 * MINUTE),
    });
  });

  it('go on firing however long the outage was', async () => {
    const rig = new ManagerRig();
    await fired(rig);
    rig.restart({ downMs: 24 * 60 * MINUTE });
    await rig.loads(11);
    await rig.pass(MINUTE);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ firedAt: new Date(START + 15_000) });
    expect(rig.service.take().filter((each) => each.includes('new'))).toEqual([]);
  });

  it('are not changed by the absence of data for two intervals, which is no removal', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ noData: 'ok' })] });
    await fired(rig);
    rig.restart();
    await rig.evaluate();
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
    expect(rig.happened()).toContain('resolved (no_data)');
  });

  it('do not come up for missing data before what is measured could come up', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ noData: 'alert' }), ruleOf({ name: 'other' })] });
    rig.load(11, 'a');
    await rig.evaluate();
    rig.load(5, 'a');
    rig.restart();
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load host=a 11', 'firing warning other host=a 11']);
    rig.load(1, 'a');
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
  });

  it('go on being on their way out', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ keepFiringFor: 120 })] });
    await rig.loads(11, 1);
    rig.restart({ downMs: MINUTE });
    await rig.loads(1);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ keepFiringSince: new Date(START + 30_000) });
    await rig.loads(1, 1, 1);
    expect(rig.active()).toEqual([]);
  });

  it('have their silences, acknowledgements and history, whose numbers go on', async () => {
    const rig = new ManagerRig();
    await fired(rig);
    const [alert] = rig.manager.getActiveAlerts();
    const silence = await rig.manager.silence({
      matchers: [{ name: 'alertname', op: '=', value: 'x' }],
      endsAt: new Date(rig.clock.now() + 3_600_000),
      createdBy: 'me',
      comment: 'work',
    });
    await rig.manager.acknowledge(alert?.id ?? '', 'me');
    const ever = { start: new Date(0), end: new Date(8e15) };
    const before = rig.manager.getAlertHistory(ever);
    expect(before.map(({ type }) => type)).toEqual(['firing', 'notified', 'acked']);
    rig.restart();
    rig.manager.addRule(ruleOf({ name: 'added' }));
    await rig.loads(11);
    expect(rig.manager.getActiveAlerts().map(({ acknowledgedBy }) => acknowledgedBy)).toContain('me');
    expect(rig.manager.getSilences()).toEqual([silence]);
    const after = rig.manager.getAlertHistory(ever);
    expect(after.slice(0, 3)).toEqual(before);
    expect(after.map(({ seq, type }) => `${seq} ${type}`).slice(3)).toEqual(['4 rule_added', '5 firing']);
    rig.restart();
    await rig.manager.open();
    expect(rig.manager.getAlertHistory(ever)).toEqual(after);
  });

  it('wait for rules that are added later, and nobody is told that they ended', async () => {
    const rig = new ManagerRig();
    await fired(rig);
    rig.restart({ rules: [] });
    await rig.evaluate();
    rig.manager.addRule(ruleOf());
    await rig.loads(11);
    await rig.pass(2 * MINUTE);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ firedAt: new Date(START + 15_000) });
    expect(rig.service.take()).toEqual([]);
  });

  it('end when their rules do not come back, and people are told', async () => {
    const rig = new ManagerRig();
    await fired(rig);
    rig.restart({ rules: [] });
    for (let count = 0; count < 3; count++) await rig.evaluate();
    await rig.pass(2 * MINUTE);
    expect(rig.service.take()).toEqual(['ops resolved: -']);
    expect(rig.happened()).toContain('resolved (rule_removed)');
  });

  it('do not wait for a clock that was set back while nobody ran', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 60 })] });
    await rig.loads(11, 11);
    rig.clock.jumpTo(START - 24 * 60 * MINUTE);
    rig.restart();
    await rig.loads(11, 11, 11, 11, 11);
    expect(rig.active()).toEqual(['firing warning high_load 11']);
  });

  it('are remembered for a quarter of an hour when they are over, then forgotten, also in the store', async () => {
    const rig = new ManagerRig();
    await rig.loads(11, 1);
    const alerts = async () => (await rig.store.load()).filter(({ kind }) => kind === 'alert');
    expect(await alerts()).toHaveLength(1);
    rig.restart();
    await rig.evaluate(14 * MINUTE);
    expect(await alerts()).toHaveLength(1);
    await rig.evaluate(2 * MINUTE);
    expect(await alerts()).toHaveLength(0);
  });

  it('leave nothing when they were only pending', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 60 })] });
    await rig.loads(11, 1);
    expect((await rig.store.load()).filter(({ kind }) => kind === 'alert')).toEqual([]);
  });

  it('are left out when they cannot be read, and somebody hears of it', async () => {
    const rig = new ManagerRig();
    await rig.store.append([{ kind: 'alert', key: 'x', value: { rule: 5 } }]);
    await rig.loads(11);
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    expect(rig.errors.map(({ message }) => message)).toEqual([expect.stringContaining('1 records of the alert store')]);
  });
});

/** Fails when it is told to, in one of its parts. */
class FragileStore extends MemoryAlertStateStore {
  failing: keyof AlertStateStore | undefined;

  override load(): Promise<readonly StoredRecord[]> {
    return this.failing === 'load' ? Promise.reject(new Error('unreadable')) : super.load();
  }

  override append(records: readonly StoredRecord[]): Promise<void> {
    return this.failing === 'append' ? Promise.reject(new Error('disk full')) : super.append(records);
  }
}

describe('a store that fails', () => {
  it('keeps no alert from people, and gets everything once it works', async () => {
    const store = new FragileStore();
    const rig = new ManagerRig({ store });
    store.failing = 'append';
    await rig.loads(11);
    await rig.pass(6000);
    expect(rig.service.take()).toEqual(['ops new: +']);
    expect(rig.errors[0]?.message).toBe('disk full');
    expect(rig.collector.getMetric('alerting_store_failures_total')?.values()[0]?.value).toBeGreaterThan(0);
    store.failing = undefined;
    await rig.loads(11);
    rig.restart();
    await rig.loads(11);
    await rig.pass(2 * MINUTE);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ firedAt: new Date(START + 15_000) });
    expect(rig.service.take()).toEqual([]);
  });

  it('can be opened again when it could not be read', async () => {
    const store = new FragileStore();
    const rig = new ManagerRig({ store });
    store.failing = 'load';
    await expect(rig.manager.evaluateRules()).rejects.toThrow('unreadable');
    store.failing = undefined;
    await rig.loads(11);
    expect(rig.active()).toEqual(['firing warning high_load 11']);
  });

  it('is compacted when it has grown, without loss', async () => {
    const store = new MemoryAlertStateStore();
    let compactions = 0;
    store.compact = (records) => {
      compactions++;
      return MemoryAlertStateStore.prototype.compact.call(store, records);
    };
    const rig = new ManagerRig({ store, maxEvents: 10 });
    for (let count = 0; count < 600; count++) await rig.loads(count % 2 === 0 ? 11 : 1);
    await turns();
    expect(compactions).toBeGreaterThan(0);
    expect((await store.load()).length).toBeLessThan(2200);
    await rig.loads(11);
    rig.restart();
    await rig.manager.open();
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    expect(rig.manager.getAlertHistory({ start: new Date(0), end: new Date(8e15) })).toHaveLength(10);
  });
});
