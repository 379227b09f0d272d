import { expect, it } from '@jest/globals';
import { promtoolTestRules } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { MetricsCollector } from '@bduf/metrics-core';
import type { ActiveAlert } from '@bduf/metrics-core/interfaces';
import { ManualClock, evaluateQueries } from '@bduf/metrics-core/primitives';
import { AlertManager, toPrometheusRules } from '@bduf/metrics-alerting';
import { STEPS, STEP_MS, type Timeline, TimelineReader, labelText, promtoolSeries, timelines } from './timelines.ts';

/** Given in the environment to repeat a run. */
const SEED = Number(process.env['ALERT_SEED'] ?? Date.now() % 2 ** 31);
const CASES = 400;
/** Cases in one run of promtool. */
const BATCH = 200;

/** Our alerts after each step. */
async function ourAlerts(all: readonly Timeline[]): Promise<readonly (readonly ActiveAlert[])[]> {
  const reader = new TimelineReader(all);
  const clock = new ManualClock(0);
  const history = {
    read: (batch: Parameters<typeof evaluateQueries>[0]) => Promise.resolve(evaluateQueries(batch, reader)),
  };
  const collector = new MetricsCollector({ clock });
  for (const { rule, type } of all) {
    if (type === 'counter') collector.counter({ name: rule.metric, description: 'C.' });
    else collector.gauge({ name: rule.metric, description: 'G.' });
  }
  const manager = new AlertManager(collector, undefined, {
    rules: all.map(({ rule }) => rule),
    history,
    intervalMs: STEP_MS,
    clock,
  });
  const steps: (readonly ActiveAlert[])[] = [];
  for (let step = 0; step < STEPS; step++) {
    reader.steps = step + 1;
    await manager.evaluateRules();
    steps.push(manager.getActiveAlerts());
    clock.advance(STEP_MS);
  }
  expect(manager.getRuleHealth().filter(({ status }) => status === 'err')).toEqual([]);
  return steps;
}

/** What Prometheus is to have after a step: state and beginning of each alert. */
function expectations(all: readonly Timeline[], alerts: readonly ActiveAlert[], step: number): readonly object[] {
  const byRule = groupByRule(alerts);
  return all.flatMap(({ rule }) => {
    const own = byRule.get(rule.name) ?? [];
    const at = { eval_time: `${(step * STEP_MS) / 1000}s` };
    const labelsOf = ({ labels, severity }: ActiveAlert) => ({ ...labels, severity });
    return [
      {
        ...at,
        expr: `ALERTS{alertname="${rule.name}"}`,
        exp_samples: own.map((alert) => ({
          labels: `ALERTS${labelText({ ...labelsOf(alert), alertstate: alert.state })}`,
          value: 1,
        })),
      },
      {
        ...at,
        expr: `ALERTS_FOR_STATE{alertname="${rule.name}"}`,
        exp_samples: own.map((alert) => ({
          labels: `ALERTS_FOR_STATE${labelText(labelsOf(alert))}`,
          value: alert.activeAt.getTime() / 1000,
        })),
      },
    ];
  });
}

function groupByRule(alerts: readonly ActiveAlert[]): ReadonlyMap<string, readonly ActiveAlert[]> {
  const groups = new Map<string, ActiveAlert[]>();
  for (const alert of alerts) groups.set(alert.ruleName, [...(groups.get(alert.ruleName) ?? []), alert]);
  return groups;
}

await describeWithBackends(['promtool'], `beside the rules engine of Prometheus (ALERT_SEED=${SEED})`, () => {
  it(`has the same alerts in ${CASES} timelines, pending and firing since the same moments`, async () => {
    const all = timelines(CASES, SEED);
    const ours = await ourAlerts(all);
    const states = ours.flat().map(({ state }) => state);
    // A comparison of nothing with nothing proves nothing.
    expect(states.filter((state) => state === 'firing').length).toBeGreaterThan(CASES);
    expect(states.filter((state) => state === 'pending').length).toBeGreaterThan(CASES);
    for (let start = 0; start < all.length; start += BATCH) {
      const batch = all.slice(start, start + BATCH);
      const types = Object.fromEntries(batch.map(({ rule, type }) => [rule.metric, type]));
      const verdict = await promtoolTestRules({
        rules: toPrometheusRules(
          batch.map(({ rule }) => rule),
          { types },
        ),
        tests: {
          evaluation_interval: `${STEP_MS / 1000}s`,
          tests: [
            {
              interval: `${STEP_MS / 1000}s`,
              input_series: batch.flatMap(promtoolSeries),
              promql_expr_test: ours.flatMap((alerts, step) => expectations(batch, alerts, step)),
            },
          ],
        },
      });
      expect(verdict.problems.slice(0, 12)).toEqual([]);
    }
  }, 300_000);
});
