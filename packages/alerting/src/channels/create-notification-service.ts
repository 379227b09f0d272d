import type { Clock, NotificationChannel } from '@bduf/metrics-core/interfaces';
import type { PacedNotificationService } from '../notify/channel-cadence.ts';
import { failureText } from '../notify/failure-text.ts';
import { type AlertmanagerOptions, createAlertmanagerChannel } from './alertmanager-channel.ts';
import type { ChannelSender } from './channel-sender.ts';
import { type ConsoleOptions, createConsoleChannel } from './console-channel.ts';
import { type EmailOptions, createEmailChannel } from './email-channel.ts';
import { type NotificationFunction, createFunctionChannel } from './function-channel.ts';
import type { Fetch } from './http-poster.ts';
import { type PagerDutyOptions, createPagerDutyChannel } from './pagerduty-channel.ts';
import { type SlackOptions, createSlackChannel } from './slack-channel.ts';
import { type WebhookOptions, createWebhookChannel } from './webhook-channel.ts';

/** Which channels there are. Each built-in kind is the channel of its name; further ones have names of your own. */
export interface NotificationServiceOptions {
  /** Writes mails. Needs the package `nodemailer`, unless it is given a transport. */
  readonly email?: EmailOptions;
  /** Posts to an incoming webhook of Slack. */
  readonly slack?: SlackOptions;
  /** Opens and resolves incidents of PagerDuty. */
  readonly pagerduty?: PagerDutyOptions;
  /** Posts in the form of Alertmanager's webhooks. */
  readonly webhook?: WebhookOptions;
  /** Feeds Alertmanagers as a Prometheus does. */
  readonly alertmanager?: AlertmanagerOptions;
  /** Writes lines; `true` for standard output. */
  readonly console?: ConsoleOptions | boolean;
  /** Channels with names of your own, also several of one kind: `{ 'slack-db': createSlackChannel({ … }) }`. */
  readonly channels?: Readonly<Record<string, ChannelSender | NotificationFunction>>;
  /** Makes the requests of the built-in channels. Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Default: the clock of the machine. */
  readonly clock?: Clock;
}

/**
 * Makes the service that delivers notifications to the given channels. Without state: grouping, retry and all that is
 * the alert manager's.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for options that cannot be.
 */
export function createNotificationService(options: NotificationServiceOptions): PacedNotificationService {
  const senders = sendersOf(options);
  return {
    channels: [...senders.keys()],
    cadenceOf: (channel) => senders.get(channel)?.cadence,
    async send(notification, { signal = new AbortController().signal } = {}) {
      const { channel } = notification;
      const sender = senders.get(channel);
      if (sender === undefined) {
        const known = [...senders.keys()].join(', ') || 'none';
        return { status: 'permanent', error: `there is no channel ${JSON.stringify(channel)}, but these: ${known}` };
      }
      try {
        return await sender.send(notification, { signal });
      } catch (error) {
        return { status: 'retry', error: failureText(error) };
      }
    },
    async close() {
      await Promise.allSettled(Array.from(senders.values(), async (sender) => sender.close?.()));
    },
  };
}

function sendersOf(options: NotificationServiceOptions): ReadonlyMap<NotificationChannel, ChannelSender> {
  const { email, slack, pagerduty, webhook, alertmanager, console: lines, channels = {}, fetch, clock } = options;
  const shared = { ...(fetch !== undefined && { fetch }), ...(clock !== undefined && { clock }) };
  const senders = new Map<NotificationChannel, ChannelSender>();
  if (email !== undefined) senders.set('email', createEmailChannel(email));
  if (slack !== undefined) senders.set('slack', createSlackChannel({ ...shared, ...slack }));
  if (pagerduty !== undefined) senders.set('pagerduty', createPagerDutyChannel({ ...shared, ...pagerduty }));
  if (webhook !== undefined) senders.set('webhook', createWebhookChannel({ ...shared, ...webhook }));
  if (alertmanager !== undefined) {
    senders.set('alertmanager', createAlertmanagerChannel({ ...shared, ...alertmanager }));
  }
  if (lines !== undefined && lines !== false) senders.set('console', createConsoleChannel(lines === true ? {} : lines));
  for (const [name, channel] of Object.entries(channels)) {
    senders.set(name, typeof channel === 'function' ? createFunctionChannel(channel) : channel);
  }
  return senders;
}
