import { type ActiveAlert, type AlertEvent, AlertEventType, type AlertSource } from '@bduf/metrics-core/interfaces';
import { finite } from './finite.ts';
import { isoTime } from './iso-time.ts';

/** States that alerts can be asked for by. */
export const ALERT_STATES = ['firing', 'pending', 'resolved', 'all'] as const;
/** A state that alerts can be asked for by. */
export type AlertStateFilter = (typeof ALERT_STATES)[number];

/** An alert in the form that is sent. */
export interface AlertReading {
  /** Identity of the alert. */
  readonly id: string;
  /** Name of its rule. */
  readonly rule: string;
  /** `firing`, `pending` or `resolved`. */
  readonly state: string;
  /** How severe it is. */
  readonly severity: string;
  /** Value at the last evaluation; null when unknown. */
  readonly value: number | null;
  /** Value that the rule compares with; null when unknown. */
  readonly threshold: number | null;
  /** Since when it is in this state. */
  readonly since: string;
  /** Its labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Where people read what to do. */
  readonly runbook?: string;
}

/** Alerts in the form that is sent. */
export interface AlertsReading {
  /** Whether there is alerting at all. When not, that no alert is listed means nothing. */
  readonly configured: boolean;
  /** The alerts. */
  readonly alerts: readonly AlertReading[];
  /** Whether there were more. */
  readonly truncated: boolean;
  /** Rules that cannot be evaluated, which therefore say nothing; at most ten. */
  readonly failing_rules: readonly string[];
}

/** Which alerts are asked for. */
export interface AlertQuestion {
  /** State, or all. */
  readonly state: AlertStateFilter;
  /** Severity, or undefined for all. */
  readonly severity: string | undefined;
  /** Most alerts to answer with. */
  readonly limit: number;
  /** Now, in milliseconds since the epoch. */
  readonly nowMs: number;
}

/** How far back resolved alerts are listed. */
const RESOLVED_WITHIN_MS = 24 * 60 * 60 * 1000;

const MOST_FAILING_RULES = 10;

/** Reads alerts. */
export function readAlerts(source: AlertSource | undefined, question: AlertQuestion): AlertsReading {
  if (source === undefined) return { configured: false, alerts: [], truncated: false, failing_rules: [] };
  const { state, severity, limit, nowMs } = question;
  const active = state === 'resolved' ? [] : source.getActiveAlerts().map(activeReading);
  const resolved = state === 'resolved' || state === 'all' ? resolvedReadings(source, nowMs) : [];
  const alerts = [...active, ...resolved]
    .filter((alert) => state === 'all' || alert.state === state)
    .filter((alert) => severity === undefined || alert.severity === severity);
  return {
    configured: true,
    alerts: alerts.slice(0, limit),
    truncated: alerts.length > limit,
    failing_rules: failingRules(source),
  };
}

/** Alerts in one line. */
export function alertsSummary({ configured, alerts, truncated, failing_rules: failing }: AlertsReading): string {
  if (!configured) return 'Alerting is not configured in this server; this says nothing about whether all is well.';
  const doubt = failing.length === 0 ? '' : ` Rules that cannot be evaluated: ${failing.join(', ')}.`;
  if (alerts.length === 0) return `No such alert.${doubt}`;
  const named = alerts.slice(0, 5).map(({ rule, state, severity, value, threshold }) => {
    return `${rule} ${state} (${severity}, value ${value ?? 'unknown'}, threshold ${threshold ?? 'unknown'})`;
  });
  const rest = alerts.length - named.length;
  return `${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}${truncated ? ' (truncated)' : ''}${doubt === '' ? '' : `.${doubt}`}`;
}

function failingRules(source: AlertSource): readonly string[] {
  const failing = source.getRuleHealth().filter(({ status }) => status === 'err');
  return failing.slice(0, MOST_FAILING_RULES).map(({ ruleName }) => ruleName);
}

function activeReading(alert: ActiveAlert): AlertReading {
  const { id, ruleName, state, severity, value, threshold, activeAt, labels, runbookUrl } = alert;
  const since = isoTime(activeAt);
  const reading = {
    id,
    rule: ruleName,
    state,
    severity,
    value: finite(value),
    threshold: finite(threshold),
    since,
    labels,
  };
  return runbookUrl === undefined ? reading : { ...reading, runbook: runbookUrl };
}

function resolvedReadings(source: AlertSource, nowMs: number): readonly AlertReading[] {
  const range = { start: new Date(nowMs - RESOLVED_WITHIN_MS), end: new Date(nowMs + 1) };
  const events = source.getAlertHistory(range);
  return events
    .filter(({ type }) => type === AlertEventType.RESOLVED)
    .toSorted((a, b) => b.at.getTime() - a.at.getTime())
    .map(resolvedReading);
}

function resolvedReading({ id, ruleName, at, labels, severity, value }: AlertEvent): AlertReading {
  return {
    id,
    rule: ruleName,
    state: 'resolved',
    severity: severity ?? labels['severity'] ?? 'unknown',
    value: finite(value),
    threshold: null,
    since: isoTime(at),
    labels,
  };
}
