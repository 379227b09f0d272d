import { randomUUID } from 'node:crypto';
import { type Notification, type NotificationChannel, Severity } from '@bduf/metrics-core/interfaces';

/** A notification that says it is a test. */
export function testNotification(
  channel: NotificationChannel,
  { nowMs, externalUrl }: { readonly nowMs: number; readonly externalUrl: string | undefined },
): Notification {
  const at = new Date(nowMs);
  const labels = { alertname: 'TestNotification' };
  return {
    channel,
    // A receiver that opens incidents must not be left with one that nothing ever ends.
    status: 'resolved',
    groupKey: '{}:test',
    groupLabels: labels,
    alerts: [
      {
        id: 'test',
        ruleName: 'TestNotification',
        status: 'resolved',
        severity: Severity.INFO,
        labels,
        annotations: { summary: 'This is a test. Nothing happened; the channel works.' },
        value: 0,
        threshold: 0,
        activeAt: at,
        firedAt: at,
        resolvedAt: at,
      },
    ],
    truncatedAlerts: 0,
    idempotencyKey: randomUUID(),
    reason: 'test',
    at,
    ...(externalUrl !== undefined && { externalUrl }),
  };
}
