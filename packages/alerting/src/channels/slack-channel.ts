import { type Notification, type NotifiedAlert, Severity } from '@bduf/metrics-core/interfaces';
import { detailsOf, headlineOf, labelsText, shortened, spanOf, titleOf } from './alert-text.ts';
import type { ChannelSender } from './channel-sender.ts';
import { type HttpChannelOptions, HttpPoster, httpAddress } from './http-poster.ts';

/** Where a Slack workspace takes messages. */
export interface SlackOptions extends HttpChannelOptions {
  /** Address of an incoming webhook. Secret: it is not told to anybody. */
  readonly webhookUrl: string;
}

/** The body of an incoming webhook. */
export interface SlackMessage {
  /** What shows in notifications of the desktop, and to screen readers. */
  readonly text: string;
  /** What shows in the channel. */
  readonly blocks: readonly SlackBlock[];
}

/** A paragraph of a {@link SlackMessage}. */
export interface SlackBlock {
  /** The only kind that is used. */
  readonly type: 'section';
  /** Its text. */
  readonly text: {
    /** Slack's markup. */
    readonly type: 'mrkdwn';
    /** Escaped text. */
    readonly text: string;
    /** Nothing in the text is turned into links or mentions. */
    readonly verbatim: true;
  };
}

/** Slack refuses a section whose text is longer. */
const MOST_SECTION_LENGTH = 3000;
/** Slack refuses more than 50 blocks; nobody reads as many. */
const MOST_ALERTS = 20;
const MOST_TITLE_LENGTH = 200;
const MOST_DETAILS_LENGTH = 600;
const MOST_LABELS_LENGTH = 400;

const ICONS: Readonly<Record<Severity, string>> = {
  [Severity.INFO]: ':large_blue_circle:',
  [Severity.WARNING]: ':large_yellow_circle:',
  [Severity.ERROR]: ':large_orange_circle:',
  [Severity.CRITICAL]: ':red_circle:',
};

/**
 * Posts notifications to an incoming webhook of Slack, or of what takes the same messages, such as Mattermost.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an address that is none.
 */
export function createSlackChannel(options: SlackOptions): ChannelSender {
  const url = httpAddress(options.webhookUrl, 'slack.webhookUrl');
  const poster = new HttpPoster(options);
  return { send: async (notification, { signal }) => poster.post({ url, body: slackMessage(notification), signal }) };
}

/**
 * A notification as Slack shows it.
 *
 * @internal
 */
export function slackMessage(notification: Notification): SlackMessage {
  const { alerts, externalUrl, truncatedAlerts, at } = notification;
  const headline = escaped(shortened(headlineOf(notification), MOST_TITLE_LENGTH));
  const left = Math.max(0, alerts.length - MOST_ALERTS) + truncatedAlerts;
  return {
    text: headline,
    blocks: [
      section(`*${headline}*`),
      ...alerts.slice(0, MOST_ALERTS).map((alert) => section(alertText(alert, at))),
      ...(left > 0 ? [section(`_and ${left} more_`)] : []),
      ...(externalUrl === undefined ? [] : [section(`<${escaped(externalUrl)}|See more>`)]),
    ],
  };
}

function alertText(alert: NotifiedAlert, at: Date): string {
  const icon = alert.status === 'resolved' ? ':white_check_mark:' : ICONS[alert.severity];
  const details = shortened(detailsOf(alert), MOST_DETAILS_LENGTH);
  const labels = shortened(labelsText(alert.labels), MOST_LABELS_LENGTH);
  return [
    `${icon} *${escaped(shortened(titleOf(alert), MOST_TITLE_LENGTH))}* (${alert.severity})`,
    ...(details === '' ? [] : [escaped(details)]),
    ...(labels === '' ? [] : [escaped(labels)]),
    escaped(spanOf(alert, at)),
    ...(alert.runbookUrl === undefined ? [] : [`<${escaped(alert.runbookUrl)}|What to do>`]),
  ].join('\n');
}

function section(text: string): SlackBlock {
  // Only an absurd address can make it longer; a broken link is better than a message that is refused.
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, MOST_SECTION_LENGTH), verbatim: true } };
}

/** Slack's control sequences are all in angle brackets: without them nothing links, mentions or calls a channel. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
