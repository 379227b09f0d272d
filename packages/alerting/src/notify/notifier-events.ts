import { AlertEventType, type NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { NotifierEvent } from './alert-notifier.ts';
import type { Outcome } from './group-runner.ts';

/** Something that happened to one alert. */
export function alertEvent(
  type: AlertEventType,
  alert: NotifiedAlert,
  { atMs, ...more }: { readonly atMs: number; readonly reason?: string | undefined; readonly channel?: string },
): NotifierEvent {
  const { reason, channel } = more;
  return {
    at: new Date(atMs),
    type,
    id: alert.id,
    ruleName: alert.ruleName,
    labels: alert.labels,
    severity: alert.severity,
    value: alert.value,
    ...(reason !== undefined && { reason }),
    ...(channel !== undefined && { channel }),
  };
}

/** What became of a notification, for each alert that it told of. */
export function outcomeEvents(type: AlertEventType, outcome: Outcome, atMs: number): readonly NotifierEvent[] {
  const { alerts, notification, result } = outcome;
  const reason = type === AlertEventType.NOTIFIED ? notification.reason : result.error;
  return alerts.map((alert) => alertEvent(type, alert, { atMs, reason, channel: notification.channel }));
}
