import { describe, expect, it } from '@jest/globals';
import { createNotificationService, AlertManager, type AlertRule } from '@bduf/metrics-alerting';
import { MetricsCollector } from '@bduf/metrics-core';
import { ruleOf } from '../manager/manager-rig.ts';

function warningsOf(change: Partial<AlertRule>): readonly string[] {
  const collector = new MetricsCollector();
  collector.gauge({ name: 'load', description: 'Load.' }).set(1);
  collector.histogram({ name: 'seconds', description: 'Time.', buckets: [1, 10] }).observe(1);
  collector.histogram({ name: 'native_seconds', description: 'Time.', native: true }).observe(1);
  const service = createNotificationService({ channels: { ops: () => undefined } });
  const manager = new AlertManager(collector, service, { rules: [ruleOf(change)] });
  return manager.getRuleHealth()[0]?.warnings ?? [];
}

describe('a rule is warned of', () => {
  it('nothing when all is well', () => {
    expect(warningsOf({})).toEqual([]);
    expect(warningsOf({ recoveryThreshold: 5, tiers: { info: 5, critical: 50 } })).toEqual([]);
    expect(warningsOf({ metric: 'seconds', threshold: 9.9 })).toEqual([]);
    expect(warningsOf({ metric: 'seconds', condition: 'gte', threshold: 10 })).toEqual([]);
    expect(warningsOf({ metric: 'native_seconds', threshold: 1000 })).toEqual([]);
    expect(warningsOf({ metric: 'nothing', signal: { kind: 'custom', evaluate: () => 1 } })).toEqual([]);
  });

  it.each<[string, Partial<AlertRule>, string]>([
    ['a metric that does not exist', { metric: 'lood' }, '"lood" does not exist'],
    ['a threshold that no bucket reaches', { metric: 'seconds', threshold: 10 }, 'highest bucket of "seconds"'],
    [
      'a channel that nobody serves',
      { notifications: ['ops', 'pager'] },
      'There is no channel "pager"; there are ops.',
    ],
    [
      'a recovery that never comes into effect',
      { recoveryThreshold: 11 },
      'recoveryThreshold 11 is beyond the threshold 10',
    ],
    ['the same where small values are bad', { condition: 'lt', recoveryThreshold: 9 }, 'recoveryThreshold 9 is beyond'],
    ['tiers in the wrong order', { tiers: { critical: 5 } }, 'not further out'],
    ['equality of fractions', { condition: 'eq', signal: { kind: 'quantile', q: 0.5 } }, 'hardly ever equal'],
    ['a label with the value', { labels: { x: '{{ $value }}' } }, 'The label "x" uses the value'],
  ])('%s', (_, change, warning) => {
    expect(warningsOf(change)).toEqual([expect.stringContaining(warning)]);
  });
});
