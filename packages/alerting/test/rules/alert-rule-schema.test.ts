import { describe, expect, it } from '@jest/globals';
import { query } from '@bduf/metrics-core/primitives';
import { type AlertRule, alertRuleSchema } from '@bduf/metrics-alerting';
import { parseAlertRule } from '../../src/rules/alert-rule-schema.ts';

const RULE: AlertRule = {
  name: 'slow',
  description: 'Slow.',
  metric: 'latency_seconds',
  condition: 'gt',
  threshold: 1,
  duration: 60,
  severity: 'warning',
  labels: { team: 'platform' },
  notifications: ['slack'],
};

function problemOf(change: object): string {
  try {
    parseAlertRule({ ...RULE, ...change });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'accepted';
}

describe('the schema of rules', () => {
  it('accepts a rule as specified, and every addition', () => {
    expect(parseAlertRule(RULE)).toEqual(RULE);
    const full: AlertRule = {
      ...RULE,
      signal: { kind: 'ratio', numerator: { matchers: [{ name: 'code', op: '=~', value: '5..' }] }, denominator: {} },
      window: 90,
      groupBy: ['route'],
      groupWith: 'max',
      matchers: [{ name: 'env', op: '!=', value: 'test' }],
      keepFiringFor: 30,
      recoveryThreshold: 0.5,
      tiers: { critical: 5 },
      noData: 'alert',
      staleAfter: 60,
      requireFullWindow: true,
      minEvents: 10,
      annotations: { summary: '{{ $value | humanizeDuration }} on {{ $labels.route }}' },
      runbookUrl: 'https://example.org/slow',
      enabled: false,
      interval: 0.5,
      maxAlerts: 3,
      semantics: 'prometheus',
    };
    expect(parseAlertRule(full)).toEqual(full);
    const asked = { ...RULE, signal: { kind: 'query', expression: query('up').sum().expression } };
    expect(alertRuleSchema.safeParse(asked).success).toBe(true);
  });

  it.each([
    [{ name: '' }, 'name: must not be empty'],
    [{ metric: '' }, 'metric: must be a metric name'],
    [{ metric: undefined }, 'metric: '],
    [{ condition: 'above' }, 'condition: '],
    [{ threshold: NaN }, 'threshold: '],
    [{ duration: -1 }, 'duration: must be at least 0'],
    [{ duration: 0.0001 }, 'duration: must be seconds with at most three decimals'],
    [{ window: 0 }, 'window: must be above 0'],
    [{ severity: 'bad' }, 'severity: '],
    [{ labels: { 'a-b': 'x' } }, 'labels.a-b: '],
    [{ labels: { team: '{{ $value' } }, 'labels.team: The action at'],
    [{ annotations: { text: '{{ nothing }}' } }, 'annotations.text: "nothing" is neither a value nor a function'],
    [{ matchers: [{ name: 'a', op: '=~', value: '(' }] }, 'matchers: '],
    [{ signal: { kind: 'quantile', q: 2 } }, 'signal.q: '],
    [{ signal: { kind: 'query', expression: { kind: 'nonsense' } } }, 'signal.expression: must be an expression'],
    [{ signal: { kind: 'custom', evaluate: 1 } }, 'signal.evaluate: must be a function'],
    [{ condition: 'inside' }, 'upperThreshold: is needed by the condition "inside"'],
    [{ condition: 'outside', upperThreshold: 0 }, 'upperThreshold: is 0, below the threshold 1'],
    [{ upperThreshold: 3 }, 'upperThreshold: belongs to "inside" and "outside" only'],
    [{ condition: 'eq', recoveryThreshold: 3 }, 'recoveryThreshold: has no meaning with "eq"'],
    [{ forSeconds: 3 }, 'forSeconds'],
  ])('names the path at fault in %j', (change, expected) => {
    expect(problemOf(change)).toContain(expected);
  });

  it('names every path at fault, and the rule', () => {
    const problem = problemOf({ metric: '', duration: -1 });
    expect(problem).toMatch(/^The alert rule "slow" is invalid: .*metric: .*; duration: .*Correct these fields\.$/);
  });

  it('copies, so that later changes of the caller have no effect', () => {
    const labels = { team: 'platform' };
    const rule = parseAlertRule({ ...RULE, labels });
    labels.team = 'other';
    expect(rule.labels).toEqual({ team: 'platform' });
  });
});
