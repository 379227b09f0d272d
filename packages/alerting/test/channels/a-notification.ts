import type { Notification, NotifiedAlert } from '@bduf/metrics-core/interfaces';

/** Texts that somebody could have put into labels to be shown as more than text. */
export const HOSTILE = '<!channel> <script>alert("x")</script> & \u001b[31m\r\nBcc: everybody@example.org';

export function anAlert(changes: Partial<NotifiedAlert> = {}): NotifiedAlert {
  return {
    id: '00ff00ff00ff00ff',
    ruleName: 'Down',
    status: 'firing',
    severity: 'critical',
    labels: { alertname: 'Down', instance: 'a:80' },
    annotations: { summary: 'a:80 is down', description: 'It has not answered for five minutes.' },
    value: 0,
    threshold: 1,
    activeAt: new Date('2026-01-01T00:00:00Z'),
    firedAt: new Date('2026-01-01T00:05:00Z'),
    ...changes,
  };
}

export function aNotification(changes: Partial<Notification> = {}): Notification {
  return {
    channel: 'test',
    status: 'firing',
    groupKey: '{}:{alertname="Down"}',
    groupLabels: { alertname: 'Down' },
    alerts: [anAlert()],
    truncatedAlerts: 0,
    idempotencyKey: 'key-1',
    reason: 'new',
    at: new Date('2026-01-01T00:05:05Z'),
    externalUrl: 'https://metrics.example/dashboard',
    ...changes,
  };
}

export const RESOLVED: NotifiedAlert = anAlert({ status: 'resolved', resolvedAt: new Date('2026-01-01T00:09:00Z') });
