import { expect, it, describe } from '@jest/globals';
import { promtoolCheckRules } from '@bduf/backends';
import { describeWithBackends } from '@bduf/backends/jest';
import { query } from '@bduf/metrics-core/primitives';
import {
  type AlertRule,
  createDefaultAlertRules,
  DefaultAlertRules,
  explainRule,
  toPrometheusRules,
} from '@bduf/metrics-alerting';
import { ruleOf } from '../manager/manager-rig.ts';

const FAILED = [{ name: 'status_code', op: '=~', value: '5..' }] as const;

/** Rules of all kinds, with what they are in words and in PromQL. */
const TEXTS: readonly (readonly [Partial<AlertRule>, sentence: string, promQl: string | undefined])[] = [
  [{}, 'Warning when load is above 10.', 'load > 10'],
  [
    { duration: 90, recoveryThreshold: 8, keepFiringFor: 30, tiers: { critical: 100 } },
    'Warning when load is above 10 for 1m30s, until it is back at 8; resolved only after 30s of quiet; critical at 100.',
    'load > 10 or load > 8 and ignoring (alertname, alertstate, severity) ALERTS{alertname="high_load", alertstate="firing"}',
  ],
  [{ condition: 'lte', threshold: -0.5 }, 'Warning when load is at most -0.5.', 'load <= -0.5'],
  [{ condition: 'ne', threshold: Infinity }, 'Warning when load differs from +Inf.', 'load != +Inf'],
  [{ condition: 'outside', upperThreshold: 20 }, 'Warning when load is outside 10 to 20.', 'load < 10 or load > 20'],
  [{ condition: 'inside', upperThreshold: 20 }, 'Warning when load is within 10 to 20.', 'load >= 10 <= 20'],
  [
    { condition: 'absent', matchers: [{ name: 'host', op: '=', value: 'a' }], groupBy: ['host'] },
    'Warning when load{host="a"} by host is absent.',
    'absent(load{host="a"})',
  ],
  [
    { metric: 'http_requests_total', groupBy: ['route'], window: 60 },
    'Warning when the increase of http_requests_total over 1m by route is above 10.',
    'sum by (route) (increase(http_requests_total[1m])) > 10',
  ],
  [
    { metric: 'http_requests_total', condition: 'rate_increase', groupBy: [] },
    'Warning when the rate of http_requests_total over 5m over all series has increased by more than 10 % against the window before.',
    '100 * ((sum(increase(http_requests_total[5m]))) - (sum(increase(http_requests_total[5m] offset 5m)))) / (sum(increase(http_requests_total[5m] offset 5m))) > 10',
  ],
  [
    { metric: 'http_request_duration_seconds', groupBy: ['route'], minEvents: 5 },
    'Warning when the 95th percentile of http_request_duration_seconds over 5m by route is above 10, given at least 5 events.',
    'histogram_quantile(0.95, sum by (route, le) (increase(http_request_duration_seconds_bucket[5m]))) > 10 and sum by (route) (increase(http_request_duration_seconds_count[5m])) >= 5',
  ],
  [
    { metric: 'http_request_duration_seconds', signal: { kind: 'quantile', q: 0.999 } },
    'Warning when the 99.9th percentile of http_request_duration_seconds over 5m is above 10.',
    'histogram_quantile(0.999, increase(http_request_duration_seconds_bucket[5m])) > 10',
  ],
  [
    { metric: 'http_request_duration_seconds', signal: 'mean' },
    'Warning when the mean of http_request_duration_seconds over 5m is above 10.',
    'increase(http_request_duration_seconds_sum[5m]) / increase(http_request_duration_seconds_count[5m]) > 10',
  ],
  [{ signal: 'deriv' }, 'Warning when the slope of load over 5m is above 10.', 'deriv(load[5m]) > 10'],
  [
    { signal: { kind: 'predict', seconds: 3600 } },
    'Warning when load, predicted 1h ahead from 5m, is above 10.',
    'predict_linear(load[5m], 3600) > 10',
  ],
  [
    {
      metric: 'http_requests_total',
      signal: { kind: 'ratio', numerator: { matchers: FAILED }, denominator: {} },
      groupBy: ['route'],
      threshold: 0.05,
    },
    'Warning when the ratio of http_requests_total{status_code=~"5.."} to http_requests_total over 5m by route is above 0.05.',
    '(sum by (route) (increase(http_requests_total{status_code=~"5.."}[5m])) or group without () (sum by (route) (increase(http_requests_total[5m]))) * 0) / sum by (route) (increase(http_requests_total[5m])) > 0.05',
  ],
  [
    { signal: { kind: 'query', expression: query('load').maxBy().times(2).expression } },
    'Warning when max(load) * 2 is above 10.',
    'max(load) * 2 > 10',
  ],
  [{ signal: { kind: 'custom', evaluate: () => 1 } }, 'Warning when a function about load is above 10.', undefined],
];

describe('a rule', () => {
  it.each(TEXTS.map(([change, sentence, promQl]) => ({ change, sentence, promQl })))(
    'is explained: $sentence',
    ({ change, sentence, promQl }) => {
      expect(explainRule(ruleOf(change))).toEqual({ sentence, ...(promQl !== undefined && { promQl }) });
    },
  );

  it('is explained with the types that it is given', () => {
    const rule = ruleOf({ metric: 'seconds' });
    expect(explainRule(rule, { types: { seconds: 'histogram' }, histograms: 'native' }).promQl).toBe(
      'histogram_quantile(0.95, increase(seconds[5m])) > 10',
    );
  });
});

describe('the default rules', () => {
  it('are those of the specification', () => {
    expect(DefaultAlertRules).toEqual([
      {
        name: 'high_error_rate',
        description: 'Error rate exceeds 5%',
        metric: 'error_rate',
        condition: 'gt',
        threshold: 0.05,
        duration: 300,
        severity: 'error',
        labels: { team: 'platform' },
        notifications: ['email', 'slack'],
      },
      {
        name: 'slow_tool_execution',
        description: 'Tool execution time exceeds 30 seconds',
        metric: 'mcp_tool_duration_seconds',
        condition: 'gt',
        threshold: 30,
        duration: 60,
        severity: 'warning',
        labels: { component: 'mcp-tools' },
        notifications: ['slack'],
        groupBy: ['tool'],
      },
      {
        name: 'database_connection_exhaustion',
        description: 'Available database connections below 5',
        metric: 'database_connections_active',
        condition: 'gt',
        threshold: 15,
        duration: 120,
        severity: 'critical',
        labels: { component: 'database' },
        notifications: ['email', 'slack', 'pagerduty'],
      },
    ]);
  });

  it('fit other services', () => {
    const rules = createDefaultAlertRules({
      errorRate: 0.01,
      errorRateFrom: 'requests',
      toolSeconds: 60,
      dbPoolMax: 100,
      dbConnectionsAvailable: 10,
      notifications: ['ops'],
      duration: 0,
    });
    expect(rules.map((rule) => explainRule(rule).sentence)).toEqual([
      'Error when the ratio of http_requests_total{status_code=~"5.."} to http_requests_total over 5m is above 0.01.',
      'Warning when the 95th percentile of mcp_tool_duration_seconds over 5m by tool is above 60.',
      'Critical when database_connections_active is above 90.',
    ]);
    expect(rules.map(({ description }) => description)).toEqual([
      'Error rate exceeds 1%',
      'Tool execution time exceeds 60 seconds',
      'Available database connections below 10',
    ]);
    expect(new Set(rules.flatMap(({ notifications }) => notifications))).toEqual(new Set(['ops']));
    expect(explainRule(createDefaultAlertRules({ dbPoolMax: 'metric' })[2] ?? ruleOf()).sentence).toBe(
      'Critical when database_connections_max minus database_connections_active by pool is below 5 for 2m.',
    );
  });
});

await describeWithBackends(['promtool'], 'a rule file for Prometheus', () => {
  const named = TEXTS.map(([change], index) => ruleOf({ name: `rule ${index}`, ...change }));
  const rules = [...DefaultAlertRules, ...named];

  it('is accepted by promtool', async () => {
    expect(await promtoolCheckRules(toPrometheusRules(rules))).toEqual({ ok: true, problems: [] });
    expect(await promtoolCheckRules(toPrometheusRules(rules, { histograms: 'native', group: 'x' }))).toMatchObject({
      ok: true,
    });
    expect(await promtoolCheckRules(toPrometheusRules([]))).toMatchObject({ ok: true });
  });

  it('is accepted whatever stands in names, texts and labels', async () => {
    const texts = [
      '"',
      "'",
      '\\',
      '#',
      ': - {a',
      '\u0000\u0007\u007F\u0085\u2028\uFEFF',
      '%',
      '😀',
      '\n\n',
      '{{ $value }}',
    ];
    const odd = texts.map((text) =>
      ruleOf({
        name: text,
        labels: { text: text.replace('$value', '$labels.x') },
        annotations: { a: text },
        runbookUrl: text,
      }),
    );
    expect(await promtoolCheckRules(toPrometheusRules(odd))).toEqual({ ok: true, problems: [] });
  });

  it('has a rule for each tier, groups by interval, and notes what it cannot say', () => {
    const text = toPrometheusRules([
      ruleOf({ tiers: { critical: 100 }, duration: 90, keepFiringFor: 30, labels: { team: 'x' } }),
      ruleOf({ name: 'often', interval: 5, noData: 'alert', staleAfter: 60, runbookUrl: 'https://example.org/often' }),
      ruleOf({ name: 'rests', enabled: false, interval: 5 }),
      ruleOf({ name: 'mine', signal: { kind: 'custom', evaluate: () => 1 }, interval: 5 }),
    ]);
    expect(text).toBe(`groups:
  - name: "bduf"
    rules:
      - alert: "high_load"
        expr: "load > 100"
        for: 1m30s
        keep_firing_for: 30s
        labels:
          severity: "critical"
          team: "x"
        annotations:
          description: "Load is {{ $value }}."
      - alert: "high_load"
        expr: "load > 10"
        for: 1m30s
        keep_firing_for: 30s
        labels:
          severity: "warning"
          team: "x"
        annotations:
          description: "Load is {{ $value }}."
  - name: "bduf-5s"
    interval: 5s
    rules:
      # "often" loses staleAfter.
      # "often" loses its policy for missing data, alert.
      - alert: "often"
        expr: "load > 10"
        labels:
          severity: "warning"
        annotations:
          description: "Load is {{ $value }}."
          runbook_url: "https://example.org/often"
      # "rests" is left out: it is not enabled.
      # "mine" is left out: it is a function.
`);
  });
});
