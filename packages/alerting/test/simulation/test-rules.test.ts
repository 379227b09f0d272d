import { describe, expect, it } from '@jest/globals';
import { type RuleTestCase, testRules } from '@bduf/metrics-alerting';
import { ruleOf } from '../manager/manager-rig.ts';

const CASE: RuleTestCase = {
  name: 'load',
  rule: ruleOf({ duration: 60, tiers: { critical: 50 } }),
  series: [
    { metric: 'load', labels: { host: 'a' }, values: [1, 11, 12, 60, 1] },
    { metric: 'load', labels: { host: 'b' }, values: [11, 11, null, null, 'removed'] },
  ],
  expect: [
    { at: 0, alerts: [{ state: 'pending', labels: { host: 'b' } }] },
    { at: 60, alerts: [{ labels: { host: 'b' } }, { state: 'pending', labels: { host: 'a' }, value: 11 }] },
    { at: 179, alerts: [{}, { labels: { host: 'a', alertname: 'high_load' } }] },
    { at: 180, alerts: [{}, { severity: 'critical', value: 60 }] },
  ],
};

describe('tests of rules', () => {
  it('pass when everything is as expected', async () => {
    expect(await testRules([CASE, { ...CASE, name: 'again' }])).toEqual([]);
  });

  it.each([
    [{ at: 0, alerts: [] }, 'load: after 0 s there should be no alert, but there is pending warning host="b" 11.'],
    [
      { at: 180, alerts: [{ severity: 'critical' }] },
      'load: after 180 s there should be firing critical, but there is firing critical host="a" 60, firing warning host="b" 11.',
    ],
    [
      { at: 60, alerts: [{ labels: { host: 'b' }, value: 10.99 }, { state: 'pending' }] },
      'load: after 60 s there should be firing host="b" 10.99, pending, but there is firing warning host="b" 11, pending warning host="a" 11.',
    ],
  ] as const)('say what is not: %j', async (expectation, problem) => {
    expect(await testRules([{ ...CASE, expect: [expectation] }])).toEqual([problem]);
  });

  it('count counters from their birth, or from the beginning of the test', async () => {
    const rule = ruleOf({ metric: 'errors_total', threshold: 0 });
    const series = [
      { metric: 'errors_total', labels: { of: 'a' }, values: [500, 500, 507] },
      { metric: 'errors_total', labels: { of: 'b' }, values: [null, null, 3] },
    ];
    const alerts = [
      { labels: { of: 'a' }, value: 7 },
      { labels: { of: 'b' }, value: 3 },
    ];
    expect(
      await testRules([
        {
          name: 'x',
          rule,
          series,
          expect: [
            { at: 60, alerts: [] },
            { at: 120, alerts },
          ],
        },
      ]),
    ).toEqual([]);
  });

  it('refuse numbers for what is a histogram', async () => {
    const rule = ruleOf({ metric: 'seconds' });
    const series = [{ metric: 'seconds', values: [1] }];
    await expect(testRules([{ name: 'x', rule, series, types: { seconds: 'histogram' }, expect: [] }])).rejects.toThrow(
      /Try such rules on a history/,
    );
  });
});
