import { describe, expect, it } from '@jest/globals';
import type { HistorySource } from '@bduf/metrics-core/interfaces';
import { evaluateQueries } from '@bduf/metrics-core/primitives';
import { simulate } from '@bduf/metrics-alerting';
import { TimelineReader, timelines } from '../evaluation/timelines.ts';
import { ManagerRig, ruleOf } from '../manager/manager-rig.ts';

const STEP_MS = 15_000;

/** The gauge `load`, one value for each step from the beginning on. */
function historyOf(loads: readonly number[]): HistorySource {
  const reader = new TimelineReader(
    [{ rule: ruleOf(), type: 'gauge', series: [{ labels: { host: 'a' }, samples: loads }] }],
    STEP_MS,
  );
  reader.steps = loads.length;
  return { read: (batch) => Promise.resolve(evaluateQueries(batch, reader)) };
}

const whole = (loads: readonly number[]) => ({ from: new Date(0), to: new Date((loads.length - 1) * STEP_MS) });

describe('a simulation', () => {
  it('says what would have happened, and what people would have been told', async () => {
    const loads = [1, 11, 12, 13, 14, 14, 14, 14, 1, 1, 1, 1, 1, 1];
    const rule = ruleOf({ duration: 30, keepFiringFor: 15 });
    const { events, notifications, evaluations, active } = await simulate(rule, historyOf(loads), whole(loads));
    expect(events.map(({ seq, type, at }) => `${seq} ${type} ${at.getTime() / 1000}`)).toEqual([
      '1 pending 15',
      '2 firing 45',
      '3 recovering 120',
      '4 resolved 135',
    ]);
    expect(notifications.map(({ channel, status, at }) => `${channel} ${status} ${at.getTime() / 1000}`)).toEqual([
      'ops firing 50',
      'ops resolved 170',
    ]);
    expect(notifications[0]?.alerts[0]?.annotations).toEqual({ description: 'Load is 13.' });
    expect(evaluations.map(({ worst }) => worst)).toEqual(loads);
    expect(active).toEqual([]);
  });

  it('shows what would fire at its end', async () => {
    const loads = [1, 11, 12];
    const { active } = await simulate(ruleOf(), historyOf(loads), whole(loads));
    expect(active).toMatchObject([{ state: 'firing', value: 12, labels: { alertname: 'high_load', host: 'a' } }]);
  });

  it('is what a manager does with the same values', async () => {
    for (const { rule, series } of timelines(60, 20_260_101).filter(({ type }) => type === 'gauge')) {
      const [first] = series;
      const loads = [1, ...(first?.samples ?? [])].flatMap((sample) => (typeof sample === 'number' ? [sample] : []));
      const own = { ...rule, metric: 'load', labels: {}, groupBy: [], semantics: 'exact' } as const;
      const rig = new ManagerRig({ rules: [own] });
      await rig.loads(...loads);
      const { events } = await simulate(own, historyOf(loads), whole(loads));
      const happened = events.map(({ type, reason }) => (reason === undefined ? type : `${type} (${reason})`));
      expect(happened).toEqual(rig.happened());
    }
  });

  it('notes an evaluation that fails', async () => {
    const history: HistorySource = { read: () => Promise.reject(new Error('out of reach')) };
    const { events } = await simulate(ruleOf(), history, { from: new Date(0), to: new Date(60_000) });
    expect(events).toMatchObject([{ type: 'error', reason: 'out of reach' }]);
  });

  it('refuses times without meaning', async () => {
    const range = { from: new Date(1), to: new Date(0) };
    await expect(simulate(ruleOf(), historyOf([]), range)).rejects.toMatchObject({
      code: 'METRICS_ERR_ARGUMENT_INVALID',
    });
  });
});
