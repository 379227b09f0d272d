import type { Clock } from '@bduf/metrics-core/interfaces';
import { z } from 'zod/v4';
import { ALERT_STATES, type AlertStateFilter, alertsSummary, readAlerts } from '../reading/read-alerts.ts';
import type { MetricSources } from '../sources.ts';
import type { MetricTool } from './metric-tool.ts';

const MOST_ALERTS = 50;

/** Arguments of the tool `list_alerts`. */
export interface ListAlertsInput {
  /** State, or all. */
  readonly state: AlertStateFilter;
  /** Severity, or undefined for all. */
  readonly severity?: string | undefined;
}

const inputSchema: z.ZodType<ListAlertsInput> = z.object({
  state: z.enum(ALERT_STATES).default('firing'),
  severity: z.string().optional(),
});
const outputSchema = z.object({
  configured: z.boolean(),
  alerts: z.array(
    z.object({
      id: z.string(),
      rule: z.string(),
      state: z.string(),
      severity: z.string(),
      value: z.number().nullable(),
      threshold: z.number().nullable(),
      since: z.string(),
      labels: z.record(z.string(), z.string()),
      runbook: z.string().optional(),
    }),
  ),
  truncated: z.boolean(),
  failing_rules: z.array(z.string()),
});

/** The tool `list_alerts`. */
export function listAlertsTool({ alerts }: MetricSources, clock: Clock): MetricTool<ListAlertsInput> {
  return {
    name: 'list_alerts',
    description: 'Alerts by state; resolved ones of the last 24 h.',
    inputSchema,
    outputSchema,
    run({ state, severity }) {
      const reading = readAlerts(alerts, { state, severity, limit: MOST_ALERTS, nowMs: clock.now() });
      return Promise.resolve({ data: { ...reading }, summary: alertsSummary(reading) });
    },
  };
}
