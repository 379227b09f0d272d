import { describe, expect, it } from '@jest/globals';
import { MetricsCollector } from '@bduf/metrics-core';
import type { AlertEvaluation, HistoryQuery, HistorySource } from '@bduf/metrics-core/interfaces';
import { AlertManager, type AlertRule, MetaAlert, createAlertManager } from '@bduf/metrics-alerting';
import { ScriptedService, turns } from '../notify/rig.ts';
import { ManagerRig, START, ruleOf } from './manager-rig.ts';

const ever = { start: new Date(0), end: new Date(8e15) };

describe('an alert manager', () => {
  it('is used as specified: metrics, service, rules, evaluations on demand', async () => {
    const collector = new MetricsCollector();
    const manager = new AlertManager(collector, { send: () => Promise.resolve({ status: 'delivered' }) });
    collector.gauge({ name: 'load', description: 'Load.' }).set(11);
    manager.addRule(ruleOf());
    await manager.evaluateRules();
    expect(manager.getActiveAlerts()).toMatchObject([{ ruleName: 'high_load', state: 'firing', value: 11 }]);
    expect(await manager.evaluateRule(ruleOf({ threshold: 12 }))).toBe(true);
    expect(await manager.evaluateRule(ruleOf({ name: 'other', threshold: 12 }))).toBe(false);
    manager.updateRule('high_load', ruleOf({ threshold: 12 }));
    await manager.evaluateRules();
    expect(manager.getActiveAlerts()).toEqual([]);
    manager.removeRule('high_load');
    expect(manager.getRules()).toEqual([]);
    expect(manager.getAlertHistory(ever).map(({ type }) => type)).toEqual([
      'rule_added',
      'firing',
      'resolved',
      'rule_removed',
    ]);
    await manager.close();
  });

  it('begins with the default rules when it is made without others', () => {
    const manager = createAlertManager({ metrics: new MetricsCollector() });
    expect(manager.getRules().map(({ name }) => name)).toEqual([
      'high_error_rate',
      'slow_tool_execution',
      'database_connection_exhaustion',
    ]);
  });

  it('orders active alerts by severity, then by age, and filters them', async () => {
    const rig = new ManagerRig({
      rules: [
        ruleOf({ tiers: { critical: 100 } }),
        ruleOf({ name: 'info', severity: 'info', threshold: 0, duration: 999 }),
      ],
    });
    rig.load(11, 'a');
    await rig.evaluate();
    rig.load(101, 'b');
    await rig.evaluate();
    const names = (filter = {}) =>
      rig.manager.getActiveAlerts(filter).map(({ labels: l }) => `${l['alertname']} ${l['host']}`);
    expect(names()).toEqual(['high_load b', 'high_load a', 'info a', 'info b']);
    expect(names({ state: 'pending' })).toEqual(['info a', 'info b']);
    expect(names({ severities: ['critical', 'info'] })).toEqual(['high_load b', 'info a', 'info b']);
    expect(names({ matchers: [{ name: 'host', op: '=', value: 'a' }] })).toEqual(['high_load a', 'info a']);
  });

  it('tells its listeners, and one that throws disturbs nobody', async () => {
    const rig = new ManagerRig();
    const heard: string[] = [];
    rig.manager.onAlertEvent(() => {
      throw new Error('deaf');
    });
    const end = rig.manager.onAlertEvent(({ type, seq }) => heard.push(`${seq} ${type}`));
    await rig.loads(11, 1);
    end();
    await rig.loads(11);
    expect(heard.filter((each) => !each.endsWith('notified'))).toEqual(['1 firing', '2 resolved']);
    expect(rig.errors[0]?.message).toBe('deaf');
  });

  it('has one evaluation for calls that overlap', async () => {
    const rig = new ManagerRig();
    rig.load(11);
    const first = rig.manager.evaluateRules();
    expect(rig.manager.evaluateRules()).toBe(first);
    await first;
    expect(rig.manager.getRuleHealth()[0]?.evaluations).toHaveLength(1);
  });

  it('evaluates nothing once it is closed, and says so', async () => {
    const rig = new ManagerRig();
    await rig.manager.close();
    await rig.manager.close();
    await expect(rig.manager.evaluateRules()).rejects.toMatchObject({ code: 'METRICS_ERR_ARGUMENT_INVALID' });
    expect(rig.service.isClosed).toBe(true);
  });

  it('refuses rules that are malformed or there already, and changes of such as are not', () => {
    const rig = new ManagerRig();
    const refused = { code: 'METRICS_ERR_ALERT_RULE_INVALID' };
    expect(() => rig.manager.addRule(ruleOf())).toThrow(expect.objectContaining(refused));
    expect(() => rig.manager.addRule(ruleOf({ name: MetaAlert.RULE_FAILING }))).toThrow(
      expect.objectContaining(refused),
    );
    expect(() => rig.manager.addRule(ruleOf({ name: 'x', duration: -1 }))).toThrow(/duration: must be at least 0/);
    expect(() => rig.manager.removeRule('unknown')).toThrow(expect.objectContaining(refused));
    expect(() => rig.manager.updateRule('unknown', ruleOf())).toThrow(expect.objectContaining(refused));
    expect(() => new AlertManager(rig.collector, undefined, { intervalMs: 0 })).toThrow(/intervalMs is 0/);
  });

  it('says of itself what it does', async () => {
    const rig = new ManagerRig({ rules: [ruleOf(), ruleOf({ name: 'none', metric: 'missing' })] });
    await rig.loads(11);
    await rig.pass(6000);
    const values = async (name: string) => {
      await rig.collector.gather({ names: new Set([name]) });
      return rig.collector.getMetric(name)?.values();
    };
    expect(await values('alerting_evaluations_total')).toMatchObject([{ value: 1 }]);
    expect(await values('alerting_notifications_total')).toMatchObject([
      { labels: { channel: 'ops', result: 'delivered' }, value: 1 },
    ]);
    expect(await values('alerting_alerts')).toContainEqual(
      expect.objectContaining({ labels: { state: 'firing', severity: 'warning' }, value: 1 }),
    );
    expect(await values('alerting_rules')).toContainEqual(
      expect.objectContaining({ labels: { status: 'ok' }, value: 2 }),
    );
    expect(await values('alerting_undelivered_groups')).toMatchObject([{ labels: { channel: 'ops' }, value: 0 }]);
  });
});

describe('identity', () => {
  it('is made of name, labels of the series and labels of the rule, which win', async () => {
    const rig = new ManagerRig({
      rules: [ruleOf({ labels: { team: 'x', host: 'all of {{ $labels.host }}', empty: '', alertname: 'mine' } })],
    });
    rig.load(11, 'a');
    await rig.evaluate();
    expect(rig.manager.getActiveAlerts()[0]?.labels).toEqual({ alertname: 'high_load', host: 'all of a', team: 'x' });
    expect(rig.manager.getActiveAlerts()[0]?.id).toMatch(/^[0-9a-f]{16}$/);
  });

  it('is one for series that differ in nothing else: the worst value counts, and the rule is warned', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ labels: { host: '' } })] });
    rig.load(11, 'a');
    rig.load(13, 'b');
    rig.load(12, 'c');
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load 13']);
    expect(rig.manager.getRuleHealth()[0]?.warnings).toEqual([
      expect.stringContaining('2 series stand for the same alert'),
    ]);
  });
});

describe('limits', () => {
  it('keep what fires, refuse the rest, and people hear of it', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ maxAlerts: 2 })] });
    for (const host of ['a', 'b']) rig.load(11, host);
    await rig.evaluate();
    for (const host of ['0', 'c', 'd']) rig.load(99, host);
    await rig.evaluate();
    expect(rig.active()).toEqual([
      'firing warning high_load host=a 11',
      'firing warning high_load host=b 11',
      'firing warning AlertLimitReached rule=high_load 3',
    ]);
    await rig.pass(6000);
    expect(rig.service.sent.map(({ channel, groupLabels }) => `${channel} ${groupLabels['alertname']}`)).toEqual([
      'ops high_load',
      'ops AlertLimitReached',
    ]);
    rig.load(1, 'a');
    for (const host of ['0', 'c']) rig.load(1, host);
    await rig.evaluate();
    expect(rig.active().toSorted()).toEqual([
      'firing warning high_load host=b 11',
      'firing warning high_load host=d 99',
    ]);
  });
});

describe('rules in trouble', () => {
  const failing = (state: { isBad: boolean; value: number }): AlertRule =>
    ruleOf({
      name: 'fragile',
      signal: {
        kind: 'custom',
        evaluate: () => {
          if (state.isBad) throw new Error('broken');
          return state.value;
        },
      },
    });

  it('keep their alerts as they are, people hear of them after three failures, and other rules do not notice', async () => {
    const state = { isBad: false, value: 11 };
    const rig = new ManagerRig({ rules: [failing(state), ruleOf()] });
    await rig.loads(1);
    expect(rig.active()).toEqual(['firing warning fragile 11']);
    state.isBad = true;
    await rig.loads(11, 11);
    expect(rig.active()).toEqual(['firing warning fragile 11', 'firing warning high_load 11']);
    expect(rig.manager.getRuleHealth()[0]).toMatchObject({ status: 'err', lastError: 'broken' });
    await rig.evaluate();
    expect(rig.active()).toContain('firing warning AlertRuleFailing rule=fragile 3');
    state.isBad = false;
    state.value = 1;
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    expect(rig.manager.getRuleHealth()[0]).toMatchObject({ status: 'ok' });
    expect(rig.manager.getRuleHealth()[0]?.lastError).toBeUndefined();
    expect(rig.happened()).toEqual(['firing', 'firing', 'error (broken)', 'firing', 'resolved', 'resolved']);
  });

  it('fail when their function takes too long', async () => {
    const rig = new ManagerRig({
      rules: [
        ruleOf({
          signal: {
            kind: 'custom',
            evaluate: () => {
              rig.clock.advance(51);
              return 11;
            },
          },
        }),
      ],
    });
    await rig.evaluate();
    expect(rig.manager.getRuleHealth()[0]).toMatchObject({
      status: 'err',
      lastError: expect.stringContaining('51 ms'),
    });
  });

  it('say that they never matched anything', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ metric: 'misspelt' })] });
    const health = () => rig.manager.getRuleHealth()[0];
    expect(health()).toMatchObject({ status: 'unknown' });
    for (let count = 0; count < 9; count++) await rig.evaluate();
    expect(health()?.status).toBe('ok');
    await rig.evaluate();
    expect(health()).toMatchObject({ status: 'no_series', warnings: [expect.stringContaining('does not exist')] });
  });

  it('remember their last twenty evaluations', async () => {
    const rig = new ManagerRig();
    await rig.loads(...Array.from({ length: 25 }, (_, index) => index));
    const { evaluations = [] } = rig.manager.getRuleHealth()[0] ?? {};
    expect(evaluations).toHaveLength(20);
    expect(evaluations.at(-1)).toEqual({ at: new Date(START + 375_000), series: 1, breaching: 1, worst: 24 });
    expect(evaluations[0]).toMatchObject({ breaching: 0, worst: 5 });
  });
});

describe('changes of rules', () => {
  it('end the alerts of a rule that is removed, and people hear of it', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    await rig.pass(6000);
    rig.manager.removeRule('high_load');
    expect(rig.active()).toEqual([]);
    await rig.evaluate();
    await rig.pass(60_000);
    expect(rig.service.take()).toEqual(['ops new: +', 'ops resolved: -']);
    expect(rig.happened()).toEqual(['firing', 'resolved (rule_removed)', 'rule_removed']);
  });

  it('know the alerts of a rule that comes back', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    await rig.pass(6000);
    rig.manager.removeRule('high_load');
    rig.manager.addRule(ruleOf());
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load 11']);
    await rig.pass(120_000);
    expect(rig.service.take().at(-1)).toBe('ops new: +');
    expect(rig.manager.getActiveAlerts()).toHaveLength(1);
  });

  it('keep the state of alerts that are still the same', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 30 })] });
    await rig.loads(11, 11, 11);
    const [before] = rig.manager.getActiveAlerts();
    rig.manager.updateRule(
      'high_load',
      ruleOf({ duration: 600, threshold: 9, severity: 'critical', notifications: ['ops', 'sms'] }),
    );
    await rig.loads(12);
    const [after] = rig.manager.getActiveAlerts();
    expect(after).toMatchObject({
      id: before?.id,
      state: 'firing',
      activeAt: before?.activeAt,
      severity: 'critical',
      threshold: 9,
    });
    await rig.pass(120_000);
    expect(rig.service.sent.map(({ channel }) => channel)).toContain('sms');
  });

  it('have a shorter duration count from when the condition began to hold', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 600 })] });
    await rig.loads(11, 11, 11);
    rig.manager.updateRule('high_load', ruleOf({ duration: 45 }));
    await rig.loads(11);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({ state: 'firing', activeAt: new Date(START + 15_000) });
  });

  it('end alerts that the rule does not mean any more', async () => {
    const rig = new ManagerRig();
    rig.load(11, 'a');
    rig.load(11, 'b');
    await rig.evaluate();
    rig.manager.updateRule('high_load', ruleOf({ matchers: [{ name: 'host', op: '=', value: 'b' }] }));
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning high_load host=b 11']);
    expect(rig.happened()).toContain('resolved (rule_changed)');
  });

  it('take another name for another rule', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    rig.manager.updateRule('high_load', ruleOf({ name: 'renamed' }));
    await rig.evaluate();
    expect(rig.active()).toEqual(['firing warning renamed 11']);
    expect(rig.happened()).toEqual(['firing', 'resolved (rule_removed)', 'rule_removed', 'rule_added', 'firing']);
  });

  it('end the alerts of a rule that is to rest', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    rig.manager.updateRule('high_load', ruleOf({ enabled: false }));
    await rig.evaluate();
    await rig.evaluate();
    expect(rig.active()).toEqual([]);
    expect(rig.happened()).toEqual(['firing', 'resolved (rule_disabled)']);
  });

  it('hold while an evaluation is under way', async () => {
    let answer: () => void = () => undefined;
    const history: HistorySource = {
      read: async (batch: readonly HistoryQuery[]) => {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        const series = { labels: {}, timestampsMs: Float64Array.of(START), values: Float64Array.of(11), coverage: 1 };
        return batch.map(() => ({ series: [series], coverage: 1 }));
      },
    };
    const rig = new ManagerRig({ history, rules: [ruleOf(), ruleOf({ name: 'changed' })] });
    const evaluated = rig.manager.evaluateRules();
    await turns();
    rig.manager.removeRule('high_load');
    rig.manager.updateRule('changed', ruleOf({ name: 'changed', threshold: 100 }));
    answer();
    await evaluated;
    expect(rig.active()).toEqual([]);
  });
});

describe('a history that cannot be asked', () => {
  it('leaves alerts as they are and asks once, not once for each rule', async () => {
    let isDown = false;
    let asked = 0;
    const history: HistorySource = {
      read: (batch) => {
        asked++;
        if (isDown) return Promise.reject(new Error('connection refused'));
        const series = { labels: {}, timestampsMs: Float64Array.of(START), values: Float64Array.of(11), coverage: 1 };
        return Promise.resolve(batch.map(() => ({ series: [series], coverage: 1 })));
      },
    };
    const rig = new ManagerRig({ history, rules: [ruleOf(), ruleOf({ name: 'second' })] });
    await rig.evaluate();
    isDown = true;
    await rig.evaluate();
    expect(asked).toBe(2);
    expect(rig.active()).toEqual(['firing warning high_load 11', 'firing warning second 11']);
    expect(rig.manager.getRuleHealth()).toMatchObject([
      { status: 'err', lastError: 'connection refused' },
      { status: 'err', lastError: 'connection refused' },
    ]);
  });
});

describe('time', () => {
  it('evaluates in slots of the wall clock that are the same for all restarts of a group', async () => {
    const rig = new ManagerRig({ intervalMs: 10_000 });
    rig.load(1);
    await rig.manager.start();
    await rig.pass(40_000, 100);
    rig.manager.stop();
    await rig.pass(40_000, 100);
    const slot = (evaluation?: AlertEvaluation) => Math.floor(((evaluation?.at.getTime() ?? 0) % 10_000) / 100);
    const { evaluations = [] } = rig.manager.getRuleHealth()[0] ?? {};
    expect(evaluations).toHaveLength(4);
    expect(new Set(evaluations.map(slot)).size).toBe(1);
    const other = new ManagerRig({ intervalMs: 10_000 });
    other.load(1);
    other.clock.advance(3456);
    await other.manager.start();
    await other.pass(10_000, 100);
    expect(slot(other.manager.getRuleHealth()[0]?.evaluations[0])).toBe(slot(evaluations[0]));
  });

  it('counts slots that it missed, and does not make up for them', async () => {
    const rig = new ManagerRig({
      intervalMs: 10_000,
      rules: [
        ruleOf({
          signal: {
            kind: 'custom',
            evaluate: () => {
              if (rig.manager.getRuleHealth()[0]?.evaluations.length === 1) rig.clock.advance(39_000);
              return 1;
            },
          },
        }),
      ],
    });
    await rig.manager.start();
    await rig.pass(80_000, 1000);
    expect(rig.collector.getMetric('alerting_missed_slots_total')?.values()).toMatchObject([{ value: 3 }]);
    // Of 119 s that passed.
    expect(rig.manager.getRuleHealth()[0]?.evaluations).toHaveLength(9);
  });

  it('does not take a jump of the wall clock for time that passed', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ duration: 600 })] });
    await rig.loads(11);
    rig.clock.jumpTo(rig.clock.now() + 3_600_000);
    await rig.loads(11);
    expect(rig.manager.getActiveAlerts()[0]).toMatchObject({
      state: 'pending',
      activeAt: new Date(START + 15_000 + 3_600_000),
    });
    expect(rig.events.at(-1)).toMatchObject({ type: 'clock_jump', durationMs: 3_600_000 });
    rig.clock.jumpTo(START);
    await rig.loads(11);
    expect(rig.events.at(-1)).toMatchObject({ type: 'clock_jump' });
    for (let left = 0; left < 37; left++) await rig.loads(11);
    expect(rig.active()).toEqual(['pending warning high_load 11']);
    await rig.loads(11);
    expect(rig.active()).toEqual(['firing warning high_load 11']);
  });

  it('evaluates a rule no more often than the rule wants', async () => {
    const rig = new ManagerRig({ rules: [ruleOf({ interval: 45 })] });
    for (let count = 0; count < 9; count++) await rig.loads(1);
    expect(rig.manager.getRuleHealth()[0]?.evaluations).toHaveLength(3);
  });
});

describe('a manager without service', () => {
  it('remembers alerts, and says that there is nobody to tell', async () => {
    const collector = new MetricsCollector();
    const manager = new AlertManager(collector, undefined, { rules: [ruleOf()] });
    collector.gauge({ name: 'load', description: 'Load.' }).set(11);
    await manager.evaluateRules();
    expect(manager.getActiveAlerts()).toMatchObject([{ silencedBy: [], inhibitedBy: [] }]);
    expect([
      manager.getSilences(),
      manager.getDeliveries(),
      manager.getDeadLetters(),
      manager.getChannelHealth(),
    ]).toEqual([[], [], [], []]);
    await expect(manager.acknowledge('x', 'me')).rejects.toThrow(/no notification service/);
  });
});

describe('people', () => {
  it('silence, acknowledge and see it in the alerts', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    const [alert] = rig.manager.getActiveAlerts();
    const silence = await rig.manager.silence({
      matchers: [{ name: 'alertname', op: '=', value: 'high_load' }],
      endsAt: new Date(rig.clock.now() + 60_000),
      createdBy: 'me',
      comment: 'work',
    });
    await rig.manager.acknowledge(alert?.id ?? '', 'me', 'on it');
    expect(rig.manager.getActiveAlerts()).toMatchObject([{ silencedBy: [silence.id], acknowledgedBy: 'me' }]);
    await rig.pass(10_000);
    expect(rig.service.take()).toEqual([]);
    await rig.manager.expireSilence(silence.id);
    await rig.manager.unacknowledge(alert?.id ?? '');
    expect(rig.manager.getActiveAlerts()[0]?.acknowledgedBy).toBeUndefined();
    expect(await rig.manager.testChannel('ops')).toMatchObject({ status: 'delivered' });
  });

  it('hear of an alert, see when they were told, and hear of its end', async () => {
    const rig = new ManagerRig();
    await rig.loads(11);
    await rig.pass(6000);
    expect(rig.manager.getActiveAlerts()[0]?.notifiedAt?.getTime()).toBe(START + 20_000);
    await rig.loads(1);
    await rig.pass(120_000);
    expect(rig.service.sent.map(({ alerts }) => alerts[0])).toMatchObject([
      { status: 'firing', value: 11, threshold: 10, annotations: { description: 'Load is 11.' } },
      { status: 'resolved' },
    ]);
    expect(rig.manager.getDeliveries()).toHaveLength(2);
  });

  it('are told at once by flush', async () => {
    const service = new ScriptedService();
    const collector = new MetricsCollector();
    const manager = new AlertManager(collector, service, { rules: [ruleOf()] });
    collector.gauge({ name: 'load', description: 'Load.' }).set(11);
    await manager.evaluateRules();
    await manager.flush();
    expect(service.take()).toEqual(['ops new: +']);
    await manager.close();
  });
});
