import type { Notification, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import { labelsWithSeverity } from './alert-text.ts';
import type { ChannelSender } from './channel-sender.ts';
import { type HttpAccess, authorizationOf } from './http-access.ts';
import { type HttpChannelOptions, HttpPoster, httpAddress } from './http-poster.ts';

/** Where notifications are posted to. */
export interface WebhookOptions extends HttpChannelOptions, HttpAccess {
  /** Absolute address. Secret: it is not told to anybody. */
  readonly url: string;
}

/** The body that a webhook of Alertmanager gets, version 4. */
export interface WebhookPayload {
  /** Version of this form. */
  readonly version: '4';
  /** Identity of the group. */
  readonly groupKey: string;
  /** Alerts left out. */
  readonly truncatedAlerts: number;
  /** `firing` while any alert of the group fires. */
  readonly status: 'firing' | 'resolved';
  /** Name of the channel. */
  readonly receiver: string;
  /** Labels that the group is made by. */
  readonly groupLabels: Readonly<Record<string, string>>;
  /** Labels that all alerts have alike. */
  readonly commonLabels: Readonly<Record<string, string>>;
  /** Annotations that all alerts have alike. */
  readonly commonAnnotations: Readonly<Record<string, string>>;
  /** Where people see more; empty when unknown. */
  readonly externalURL: string;
  /** The alerts. */
  readonly alerts: readonly WebhookAlert[];
}

/** One alert in a {@link WebhookPayload}. Times are ISO 8601. */
export interface WebhookAlert {
  /** Whether it fires. */
  readonly status: 'firing' | 'resolved';
  /** All labels; `severity` is added when the rule has no such label. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts. */
  readonly annotations: Readonly<Record<string, string>>;
  /** When it began to fire. */
  readonly startsAt: string;
  /** When it resolved; the year 1 while it fires. */
  readonly endsAt: string;
  /** Where people read what to do, or see more; empty when unknown. */
  readonly generatorURL: string;
  /** Identity of the alert. */
  readonly fingerprint: string;
}

/** What Go writes for a time that is not set. */
const NEVER = '0001-01-01T00:00:00Z';

/**
 * Posts notifications in the form of Alertmanager's webhooks, with the header `Idempotency-Key`.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an address that is none.
 */
export function createWebhookChannel(options: WebhookOptions): ChannelSender {
  const url = httpAddress(options.url, 'webhook.url');
  const { headers, secrets } = authorizationOf(options);
  const poster = new HttpPoster(options, secrets);
  return {
    send: async (notification, { signal }) =>
      poster.post({
        url,
        headers: { ...headers, 'idempotency-key': notification.idempotencyKey },
        body: webhookPayload(notification),
        signal,
      }),
  };
}

/**
 * A notification as Alertmanager would post it.
 *
 * @internal
 */
export function webhookPayload(notification: Notification): WebhookPayload {
  const { channel, status, groupKey, groupLabels, truncatedAlerts, externalUrl = '' } = notification;
  const alerts = notification.alerts.map((alert) => webhookAlert(alert, externalUrl));
  return {
    version: '4',
    groupKey,
    truncatedAlerts,
    status,
    receiver: channel,
    groupLabels,
    commonLabels: commonOf(alerts.map(({ labels }) => labels)),
    commonAnnotations: commonOf(alerts.map(({ annotations }) => annotations)),
    externalURL: externalUrl,
    alerts,
  };
}

function webhookAlert(alert: NotifiedAlert, externalUrl: string): WebhookAlert {
  const { status, annotations, firedAt, resolvedAt, id, runbookUrl } = alert;
  return {
    status,
    labels: labelsWithSeverity(alert),
    annotations,
    startsAt: firedAt.toISOString(),
    endsAt: resolvedAt?.toISOString() ?? NEVER,
    generatorURL: runbookUrl ?? externalUrl,
    fingerprint: id,
  };
}

function commonOf(sets: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = sets;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) =>
      others.every((other) => Object.hasOwn(other, name) && other[name] === value),
    ),
  );
}
