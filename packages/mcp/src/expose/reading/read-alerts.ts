import { type ActiveAlertReading, type AlertEventReading, type AlertReader, epochMs, isoTime } from '../sources.ts';

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

/** Reads alerts. */
export function readAlerts(reader: AlertReader | undefined, question: AlertQuestion): AlertsReading {
  if (reader === undefined) return { configured: false, alerts: [], truncated: false };
  const { state, severity, limit, nowMs } = question;
  const active = state === 'resolved' ? [] : reader.getActiveAlerts().map(activeReading);
  const resolved = state === 'resolved' || state === 'all' ? resolvedReadings(reader, nowMs) : [];
  const alerts = [...active, ...resolved]
    .filter((alert) => state === 'all' || alert.state === state)
    .filter((alert) => severity === undefined || alert.severity === severity);
  return { configured: true, alerts: alerts.slice(0, limit), truncated: alerts.length > limit };
}

/** Alerts in one line. */
export function alertsSummary({ configured, alerts, truncated }: AlertsReading): string {
  if (!configured) return 'Alerting is not configured in this server; this says nothing about whether all is well.';
  if (alerts.length === 0) return 'No such alert.';
  const named = alerts.slice(0, 5).map(({ rule, state, severity, value, threshold }) => {
    return `${rule} ${state} (${severity}, value ${value ?? 'unknown'}, threshold ${threshold ?? 'unknown'})`;
  });
  const rest = alerts.length - named.length;
  return `${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}${truncated ? ' (truncated)' : ''}`;
}

function activeReading(alert: ActiveAlertReading): AlertReading {
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

function resolvedReadings(reader: AlertReader, nowMs: number): readonly AlertReading[] {
  const range = { start: new Date(nowMs - RESOLVED_WITHIN_MS), end: new Date(nowMs + 1) };
  const events = reader.getAlertHistory?.(range) ?? [];
  return events
    .filter(({ type }) => type === 'resolved')
    .toSorted((a, b) => epochMs(b.at) - epochMs(a.at))
    .map(resolvedReading);
}

function resolvedReading({ id, ruleName, at, labels, severity, value }: AlertEventReading): AlertReading {
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

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
