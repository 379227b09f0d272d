import { Buffer } from 'node:buffer';
import type { DeliveryResult, Notification, NotifiedAlert, Severity } from '@bduf/metrics-core/interfaces';
import { MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { detailsOf, shortened, titleOf } from './alert-text.ts';
import type { ChannelSender } from './channel-sender.ts';
import { type HttpChannelOptions, HttpPoster, httpAddress } from './http-poster.ts';

/** Which service of PagerDuty is told. */
export interface PagerDutyOptions extends HttpChannelOptions {
  /** Integration key of the service, "Events API v2". Secret. */
  readonly routingKey: string;
  /** Where PagerDuty is. Default `https://events.pagerduty.com`; in Europe `https://events.eu.pagerduty.com`. */
  readonly baseUrl?: string;
  /** What the alerts are about, such as a host name or service. Default: the label `instance`, else the rule. */
  readonly source?: string;
}

/** An event of PagerDuty's Events API v2. */
export interface PagerDutyEvent {
  /** Integration key. */
  readonly routing_key: string;
  /** Opens an incident, or resolves it. */
  readonly event_action: 'trigger' | 'resolve';
  /** Identity of the incident. */
  readonly dedup_key: string;
  /** Who tells. */
  readonly client: string;
  /** Where people see more. */
  readonly client_url?: string;
  /** Further addresses. */
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  /** What happened. */
  readonly payload: {
    /** One line. */
    readonly summary: string;
    /** What it is about. */
    readonly source: string;
    /** How severe it is. */
    readonly severity: Severity;
    /** When it began, ISO 8601. */
    readonly timestamp: string;
    /** Kind of event. */
    readonly class: string;
    /** Everything else. */
    readonly custom_details?: Readonly<Record<string, unknown>>;
  };
}

/** PagerDuty's limits. */
const MOST_SUMMARY_LENGTH = 1024;
const MOST_BODY_BYTES = 512_000;
/** Events on their way at the same time: a large group must fit into the time of one attempt. */
const MOST_AT_ONCE = 8;

/**
 * Opens an incident for each alert that fires, and resolves it with the alert. Sending an event twice does no harm: the
 * identity of the alert is that of the incident.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` without a routing key, or for an address that is none.
 */
export function createPagerDutyChannel(options: PagerDutyOptions): ChannelSender {
  const { routingKey, baseUrl = 'https://events.pagerduty.com' } = options;
  if (routingKey === '') {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      '`pagerduty.routingKey` is empty. Pass the integration key.',
    );
  }
  const url = `${httpAddress(baseUrl, 'pagerduty.baseUrl').replace(/\/+$/, '')}/v2/enqueue`;
  const poster = new HttpPoster(options, [routingKey]);
  return {
    send: async (notification, { signal }) => {
      const results: DeliveryResult[] = [];
      for (let first = 0; first < notification.alerts.length; first += MOST_AT_ONCE) {
        const events = notification.alerts
          .slice(first, first + MOST_AT_ONCE)
          .map((alert) => pagerDutyEvent(alert, notification, options));
        // Few at a time.
        // oxlint-disable-next-line no-await-in-loop
        results.push(...(await Promise.all(events.map(async (body) => poster.post({ url, body, signal })))));
        if (results.some(({ status }) => status === 'retry')) break;
      }
      return worstOf(results);
    },
  };
}

/**
 * An alert as PagerDuty takes it.
 *
 * @internal
 */
export function pagerDutyEvent(
  alert: NotifiedAlert,
  { externalUrl }: Pick<Notification, 'externalUrl'>,
  { routingKey, source }: Pick<PagerDutyOptions, 'routingKey' | 'source'>,
): PagerDutyEvent {
  const { id, status, severity, labels, firedAt, ruleName, runbookUrl } = alert;
  const custom_details = {
    labels,
    annotations: alert.annotations,
    value: String(alert.value),
    threshold: String(alert.threshold),
    ...(alert.reason !== undefined && { reason: alert.reason }),
    ...(detailsOf(alert) !== '' && { details: detailsOf(alert) }),
  };
  const fits = Buffer.byteLength(JSON.stringify(custom_details)) < MOST_BODY_BYTES / 2;
  return {
    routing_key: routingKey,
    event_action: status === 'firing' ? 'trigger' : 'resolve',
    dedup_key: id,
    client: 'bduf-metrics-alerting',
    ...(externalUrl !== undefined && { client_url: externalUrl }),
    ...(runbookUrl !== undefined && { links: [{ href: runbookUrl, text: 'What to do' }] }),
    payload: {
      summary: shortened(titleOf(alert), MOST_SUMMARY_LENGTH),
      // PagerDuty refuses an event without one.
      source: source || labels['instance'] || ruleName,
      severity,
      timestamp: firedAt.toISOString(),
      class: ruleName,
      // Without them rather than not at all.
      ...(fits && { custom_details }),
    },
  };
}

/** What has to be tried again, all of it is; what is refused does not keep the rest from arriving. */
function worstOf(results: readonly DeliveryResult[]): DeliveryResult {
  const failed = results.filter(({ status }) => status === 'retry');
  const [first] = failed;
  if (first !== undefined) {
    const pauses = failed.flatMap(({ retryAfterMs }) => retryAfterMs ?? []);
    return { ...first, ...(pauses.length > 0 && { retryAfterMs: Math.max(...pauses) }) };
  }
  return results.find(({ status }) => status === 'permanent') ?? { status: 'delivered' };
}
