import { createHash } from 'node:crypto';
import type { Notification, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { GroupDecision } from './group-decision.ts';
import type { NotificationGroup } from './notification-group.ts';

/** What a notification shows beside its group. */
export interface RenderParts {
  /** Alerts in one notification; the most urgent are kept. */
  readonly maxAlerts: number;
  readonly acknowledgedBy: (alertId: string) => string | undefined;
  readonly externalUrl: string | undefined;
}

/** Writes down what a channel is told at a moment. */
export function renderNotification(
  group: NotificationGroup,
  { reason, alerts }: GroupDecision,
  { maxAlerts, acknowledgedBy, externalUrl, nowMs }: RenderParts & { readonly nowMs: number },
): Notification {
  return {
    channel: group.channel,
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    groupKey: group.groupKey,
    groupLabels: group.groupLabels,
    alerts: alerts.slice(0, maxAlerts).map((alert) => withAcknowledgement(alert, acknowledgedBy(alert.id))),
    truncatedAlerts: Math.max(0, alerts.length - maxAlerts),
    idempotencyKey: idempotencyKeyOf(group, alerts),
    reason,
    at: new Date(nowMs),
    ...(externalUrl !== undefined && { externalUrl }),
  };
}

/**
 * The same for each attempt of the same news, also after a crash between arrival and the note of it. Other news has
 * another key, even when nobody knows whether the news before has arrived: or a receiver would drop the end of what it
 * takes for a repetition.
 */
function idempotencyKeyOf(group: NotificationGroup, alerts: readonly NotifiedAlert[]): string {
  const states = alerts.map(({ id, status, severity, firedAt }) => [id, status, severity, firedAt.getTime()]);
  const identity = JSON.stringify([group.channel, group.groupKey, group.sent, states]);
  return createHash('sha256').update(identity).digest('hex').slice(0, 32);
}

function withAcknowledgement(alert: NotifiedAlert, by: string | undefined): NotifiedAlert {
  return by === undefined ? alert : { ...alert, acknowledgedBy: by };
}
