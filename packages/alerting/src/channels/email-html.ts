import { type Notification, type NotifiedAlert, Severity } from '@bduf/metrics-core/interfaces';
import { detailsOf, headlineOf, labelsText, spanOf, titleOf } from './alert-text.ts';

const COLOURS: Readonly<Record<Severity, string>> = {
  [Severity.INFO]: '#2563eb',
  [Severity.WARNING]: '#b45309',
  [Severity.ERROR]: '#c2410c',
  [Severity.CRITICAL]: '#b91c1c',
};
const RESOLVED_COLOUR = '#15803d';

/** A notification as HTML with inline styles, since mail readers drop all others. */
export function emailHtml(notification: Notification): string {
  const { alerts, at, externalUrl, truncatedAlerts } = notification;
  return [
    '<div style="font-family:sans-serif;line-height:1.4">',
    `<h2>${escaped(headlineOf(notification))}</h2>`,
    ...alerts.map((alert) => alertHtml(alert, at)),
    ...(truncatedAlerts > 0 ? [`<p>And ${truncatedAlerts} more.</p>`] : []),
    ...(externalUrl === undefined ? [] : [`<p>${link(externalUrl, 'See more')}</p>`]),
    '</div>',
  ].join('\n');
}

function alertHtml(alert: NotifiedAlert, at: Date): string {
  const isFiring = alert.status === 'firing';
  const colour = isFiring ? COLOURS[alert.severity] : RESOLVED_COLOUR;
  const lines = [detailsOf(alert), labelsText(alert.labels), spanOf(alert, at)].filter((line) => line !== '');
  return [
    `<div style="border-left:4px solid ${colour};padding:0 12px;margin:16px 0">`,
    `<b>${escaped(titleOf(alert))}</b> (${isFiring ? alert.severity : 'resolved'})`,
    ...lines.map((line) => `<br>${escaped(line).replaceAll('\n', '<br>')}`),
    ...(alert.runbookUrl === undefined ? [] : [`<br>${link(alert.runbookUrl, 'What to do')}`]),
    '</div>',
  ].join('\n');
}

/** Only addresses of the web become links: no other scheme runs anything in the reader. */
function link(url: string, text: string): string {
  return /^https?:\/\//i.test(url) ? `<a href="${escaped(url)}">${text}</a>` : escaped(url);
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
