import type { Notification, NotifiedAlert } from '@bduf/metrics-core/interfaces';

/** An end that is told of later than this is said to be old. */
const LATE_AFTER_MS = 300_000;
/** Annotations by which people name an alert, the best first. */
const TITLES = ['summary', 'title', 'message'];
/** Annotations that say more. */
const DETAILS = ['description', 'details'];

/** `[FIRING:2, RESOLVED:1] Down (site="a")`: all of a notification in one line. */
export function headlineOf({ alerts, groupLabels, truncatedAlerts, reason }: Notification): string {
  const firing = alerts.filter(({ status }) => status === 'firing').length;
  const resolved = alerts.length - firing;
  const counts = [
    ...(firing > 0 ? [`FIRING:${firing}`] : []),
    ...(resolved > 0 ? [`RESOLVED:${resolved}`] : []),
    ...(truncatedAlerts > 0 ? [`${truncatedAlerts} MORE`] : []),
  ];
  const { alertname, ...others } = groupLabels;
  const name = alertname ?? namesOf(alerts);
  const labels = labelsText(others);
  return `[${reason === 'test' ? 'TEST' : counts.join(', ')}] ${name}${labels && ` (${labels})`}`;
}

/** One line that says what is wrong. */
export function titleOf({ annotations, ruleName }: NotifiedAlert): string {
  return firstOf(annotations, TITLES) ?? ruleName;
}

/** What else there is to say; empty when nothing. */
export function detailsOf({ annotations }: NotifiedAlert): string {
  return firstOf(annotations, DETAILS) ?? '';
}

/** Since when it fires, or from when to when it did, and who takes care. */
export function spanOf({ firedAt, resolvedAt, status, reason, acknowledgedBy }: NotifiedAlert, at: Date): string {
  const from = firedAt.toISOString();
  const why = reason === undefined ? '' : `, ${reason}`;
  if (status === 'firing' || resolvedAt === undefined) {
    return `firing since ${from}${why}${acknowledgedBy === undefined ? '' : `, acknowledged by ${acknowledgedBy}`}`;
  }
  const lateMs = at.getTime() - resolvedAt.getTime();
  const late = lateMs > LATE_AFTER_MS ? `, delivered ${lengthText(lateMs)} late` : '';
  const lastedMs = resolvedAt.getTime() - firedAt.getTime();
  return `was firing from ${from} to ${resolvedAt.toISOString()} (${lengthText(lastedMs)})${why}${late}`;
}

/** `a="x", b="y"`, without the name of the rule, which is told anyway. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .filter(([name]) => name !== 'alertname')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ');
}

/** Cuts a text to a length; what is cut shows. */
export function shortened(text: string, mostLength: number): string {
  if (text.length <= mostLength) return text;
  // Not through the middle of a character that has two units.
  return `${text.slice(0, mostLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** Labels of an alert with its severity, under the name by which receivers look for it; a label of the rule wins. */
export function labelsWithSeverity({ labels, severity }: NotifiedAlert): Readonly<Record<string, string>> {
  return { severity, ...labels };
}

function namesOf(alerts: readonly NotifiedAlert[]): string {
  const names = [...new Set(alerts.map(({ ruleName }) => ruleName))];
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} …` : names.join(', ');
}

function firstOf(annotations: Readonly<Record<string, string>>, names: readonly string[]): string | undefined {
  const name = names.find((candidate) => Object.hasOwn(annotations, candidate) && annotations[candidate] !== '');
  return name === undefined ? undefined : annotations[name];
}

function lengthText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
