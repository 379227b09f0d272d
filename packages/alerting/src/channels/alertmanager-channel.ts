import type { DeliveryResult, Notification, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import type { ChannelCadence } from '../notify/channel-cadence.ts';
import { labelsWithSeverity } from './alert-text.ts';
import type { ChannelSender } from './channel-sender.ts';
import { type HttpAccess, authorizationOf } from './http-access.ts';
import { type HttpChannelOptions, HttpPoster, httpAddress } from './http-poster.ts';

/** Which Alertmanagers are fed, and how. */
export interface AlertmanagerOptions extends HttpChannelOptions, HttpAccess {
  /** Base address of the Alertmanager, or of each one of a cluster: all of them are told of everything. */
  readonly url: string | readonly string[];
  /** How often alerts are looked at, in milliseconds; the evaluation interval of a Prometheus. Default 15 000. */
  readonly intervalMs?: number;
  /** After how long an alert that goes on is sent again, in milliseconds. Default 60 000, as in Prometheus. */
  readonly resendDelayMs?: number;
}

/** An alert as the API v2 of Alertmanager takes it. Times are ISO 8601. */
export interface AlertmanagerAlert {
  /** All labels; `severity` is added when the rule has no such label. They are its identity. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts. */
  readonly annotations: Readonly<Record<string, string>>;
  /** When it began to fire. */
  readonly startsAt: string;
  /** When it resolved, or resolves unless it is sent again. */
  readonly endsAt: string;
  /** Where people see more. */
  readonly generatorURL?: string;
}

/** How long Prometheus goes on sending what has resolved (`resolvedRetention` in `rules/alerting.go`). */
const RESOLVED_RETENTION_MS = 900_000;
/** Prometheus lets an alert end after as many pauses without news of it. */
const PAUSES_TO_END = 4;
/** As many alerts as Prometheus sends at a time. */
const MOST_ALERTS = 256;

/**
 * Feeds Alertmanagers as a Prometheus does: each alert as soon as it fires or resolves, again every `resendDelayMs` while it
 * fires, and for 15 minutes after it has resolved. Grouping, silences and inhibition are theirs.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` without an address, or for one that is none.
 */
export function createAlertmanagerChannel(options: AlertmanagerOptions): ChannelSender {
  const { intervalMs = 15_000, resendDelayMs = 60_000 } = options;
  const urls = addressesOf(options.url).map(
    (url) => `${httpAddress(url, 'alertmanager.url').replace(/\/+$/, '')}/api/v2/alerts`,
  );
  const { headers, secrets } = authorizationOf(options);
  const poster = new HttpPoster(options, secrets);
  const cadence: ChannelCadence = { intervalMs, resendDelayMs, resolvedRetentionMs: RESOLVED_RETENTION_MS };
  const feed = async (url: string, alerts: readonly AlertmanagerAlert[], signal: AbortSignal) => {
    for (let first = 0; first < alerts.length; first += MOST_ALERTS) {
      const body = alerts.slice(first, first + MOST_ALERTS);
      // Each may be the last that the server can take.
      // oxlint-disable-next-line no-await-in-loop
      const result = await poster.post({ url, headers, body, signal });
      if (result.status !== 'delivered') return result;
    }
    return { status: 'delivered' as const };
  };
  return {
    cadence,
    send: async (notification, { signal }) => {
      const alerts = alertmanagerAlerts(notification, cadence);
      return bestOf(await Promise.all(urls.map(async (url) => feed(url, alerts, signal))));
    },
  };
}

/**
 * The alerts of a notification as Alertmanager takes them.
 *
 * @internal
 */
export function alertmanagerAlerts(
  { alerts, at, externalUrl }: Pick<Notification, 'alerts' | 'at' | 'externalUrl'>,
  { intervalMs, resendDelayMs }: Pick<ChannelCadence, 'intervalMs' | 'resendDelayMs'>,
): readonly AlertmanagerAlert[] {
  const endsAt = new Date(at.getTime() + PAUSES_TO_END * Math.max(intervalMs, resendDelayMs));
  return alerts.map((alert) => alertmanagerAlert(alert, endsAt, externalUrl));
}

function alertmanagerAlert(alert: NotifiedAlert, endsAt: Date, externalUrl: string | undefined): AlertmanagerAlert {
  const url = alert.runbookUrl ?? externalUrl;
  return {
    labels: nonEmpty(labelsWithSeverity(alert)),
    annotations: alert.annotations,
    startsAt: alert.firedAt.toISOString(),
    endsAt: (alert.resolvedAt ?? endsAt).toISOString(),
    // Alertmanager refuses a whole batch for one address that it cannot read.
    ...(url !== undefined && URL.canParse(url) && { generatorURL: url }),
  };
}

/** An empty label is the same as none. */
function nonEmpty(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}

function addressesOf(url: string | readonly string[]): readonly string[] {
  const urls = typeof url === 'string' ? [url] : url;
  if (urls.length > 0) return urls;
  throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, '`alertmanager.url` is empty. Pass at least one address.');
}

/** The members of a cluster tell each other what they told, so one of them is enough; the others hear of it next time. */
function bestOf(results: readonly DeliveryResult[]): DeliveryResult {
  const find = (status: DeliveryResult['status']) => results.find((result) => result.status === status);
  return find('delivered') ?? find('retry') ?? find('permanent') ?? { status: 'delivered' };
}
