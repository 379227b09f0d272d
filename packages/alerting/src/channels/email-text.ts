import type { Notification } from '@bduf/metrics-core/interfaces';
import { detailsOf, headlineOf, labelsText, spanOf, titleOf } from './alert-text.ts';

/** A notification as plain text. */
export function emailText(notification: Notification): string {
  const { alerts, at, externalUrl, truncatedAlerts } = notification;
  const paragraphs = alerts.map((alert) =>
    [
      `${alert.status === 'firing' ? alert.severity.toUpperCase() : 'RESOLVED'}: ${titleOf(alert)}`,
      detailsOf(alert),
      labelsText(alert.labels),
      spanOf(alert, at),
      alert.runbookUrl === undefined ? '' : `What to do: ${alert.runbookUrl}`,
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
  return [
    headlineOf(notification),
    ...paragraphs,
    ...(truncatedAlerts > 0 ? [`And ${truncatedAlerts} more.`] : []),
    ...(externalUrl === undefined ? [] : [`See more: ${externalUrl}`]),
  ].join('\n\n');
}
