import { describe, expect, it } from '@jest/globals';
import type { LabelMatcher } from '@bduf/metrics-core/interfaces';
import fc from 'fast-check';
import { ManagerRig, ruleOf } from '../manager/manager-rig.ts';

const host = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof(
  fc.record({ host, load: fc.constantFrom(1, 9, 11, 50, NaN, Infinity, -0) }),
  fc.record({ removed: host }),
  fc.constant('redefined' as const),
  fc.constant('evaluated' as const),
);
const matchers = fc.constantFrom<readonly LabelMatcher[]>(
  [],
  [{ name: 'host', op: '=', value: 'a' }],
  [{ name: 'host', op: '!=', value: 'b' }],
  [{ name: 'host', op: '=~', value: 'b|c' }],
  [{ name: 'missing', op: '=', value: '' }],
);

describe('values straight from a read-out', () => {
  it('make the same alerts as values that were asked for', async () => {
    let alerts = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), matchers, async (steps, meant) => {
        const about = { matchers: meant, noData: 'resolve', recoveryThreshold: 5 } as const;
        const expression = { kind: 'select', selector: { metric: 'load', matchers: meant } } as const;
        const rig = new ManagerRig({
          rules: [
            ruleOf({ ...about, name: 'read' }),
            ruleOf({ ...about, name: 'asked', signal: { kind: 'query', expression } }),
          ],
        });
        rig.load(1, 'a');
        const seen: { readonly read: unknown; readonly asked: unknown }[] = [];
        for (const each of [...steps, 'evaluated' as const]) {
          if (each === 'evaluated') {
            await rig.evaluate();
            const [read, asked] = ['read', 'asked'].map((name) =>
              rig.manager
                .getActiveAlerts()
                .filter(({ ruleName }) => ruleName === name)
                .map(({ labels, state, value, activeAt, reason }) => ({
                  host: labels['host'],
                  state,
                  value,
                  activeAt,
                  reason,
                }))
                .toSorted((a, b) => ((a.host ?? '') < (b.host ?? '') ? -1 : 1)),
            );
            seen.push({ read, asked });
            alerts += read?.length ?? 0;
          } else if (each === 'redefined') {
            rig.collector.unregisterMetric('load');
            rig.load(20, 'a');
          } else if ('removed' in each) {
            rig.collector.getMetric('load')?.remove({ host: each.removed });
          } else {
            rig.load(each.load, each.host);
          }
        }
        expect(seen.map(({ read }) => read)).toEqual(seen.map(({ asked }) => asked));
      }),
      { numRuns: 100 },
    );
    expect(alerts).toBeGreaterThan(50);
  });
});
