import { createHash } from 'node:crypto';
import { type DeliveryResult, MetricsError, MetricsErrorCode, type Notification } from '@bduf/metrics-core/interfaces';
import { failureText, withoutSecrets } from '../notify/failure-text.ts';
import { headlineOf } from './alert-text.ts';
import type { ChannelSender } from './channel-sender.ts';
import { emailHtml } from './email-html.ts';
import { emailText } from './email-text.ts';

/** A mail on its way, in the form that nodemailer takes. */
export interface EmailMessage {
  /** Sender. */
  readonly from: string;
  /** Recipients. */
  readonly to: string | readonly string[];
  /** One line. */
  readonly subject: string;
  /** For readers without HTML. */
  readonly text: string;
  /** For the others. */
  readonly html: string;
  /** The same for each attempt of the same news. */
  readonly messageId: string;
  /** The thread of its group. */
  readonly references: string;
  /** Further headers. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Something that sends mails: a transporter of nodemailer, or a plain object. */
export interface EmailTransport {
  /** Sends one mail. Rejects when it was not taken; `responseCode` of the error is then the answer of the server. */
  sendMail(message: EmailMessage): Promise<unknown>;
  /** Frees connections. */
  close?(): void;
}

/** Who is written to, and through which server. */
export interface EmailOptions {
  /** Sender, such as `Alerts <alerts@example.org>`. */
  readonly from: string;
  /** Recipients. */
  readonly to: string | readonly string[];
  /**
   * A transporter; or what nodemailer's `createTransport` takes, an address such as
   * `smtps://user:password@mail.example.org` or its options. Then the package `nodemailer` must be installed.
   */
  readonly transport: EmailTransport | string | Readonly<Record<string, unknown>>;
}

/** Shorter than an attempt may take, so that the server's failure is told, not our impatience. */
const TIMEOUTS = { connectionTimeout: 8000, greetingTimeout: 8000, socketTimeout: 8000, dnsTimeout: 8000 };
/** Errors of nodemailer that a configuration must be changed for. */
const LASTING_ERRORS: ReadonlySet<string> = new Set(['EAUTH', 'ENOAUTH', 'EENVELOPE', 'EMESSAGE', 'ECONFIG']);

/**
 * Writes a mail for each notification; those of one group make a thread.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` without a recipient.
 */
export function createEmailChannel(options: EmailOptions): ChannelSender {
  const { from, to } = options;
  if (to.length === 0) {
    throw new MetricsError(MetricsErrorCode.ARGUMENT_INVALID, '`email.to` is empty. Name at least one recipient.');
  }
  const secrets = secretsOf(options.transport);
  let transport: Promise<EmailTransport> | undefined;
  return {
    send: async (notification) => {
      transport ??= transportOf(options.transport);
      try {
        await (await transport).sendMail(emailMessage(notification, { from, to }));
        return { status: 'delivered' };
      } catch (error) {
        return failureOf(error, secrets);
      }
    },
    close: async () => (await transport)?.close?.(),
  };
}

/**
 * A notification as a mail.
 *
 * @internal
 */
export function emailMessage(
  notification: Notification,
  { from, to }: Pick<EmailOptions, 'from' | 'to'>,
): EmailMessage {
  const { groupKey, channel, idempotencyKey } = notification;
  const thread = createHash('sha256').update(`${channel}\n${groupKey}`).digest('hex').slice(0, 32);
  return {
    from,
    to,
    // A line break in a subject would begin another header.
    subject: headlineOf(notification).replace(/\s+/g, ' '),
    text: emailText(notification),
    html: emailHtml(notification),
    messageId: `<${idempotencyKey}@alerts.invalid>`,
    references: `<${thread}@alerts.invalid>`,
    // RFC 3834: nobody's holiday message answers it.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

async function transportOf(transport: EmailOptions['transport']): Promise<EmailTransport> {
  if (isTransport(transport)) return transport;
  const mailer = await nodemailer();
  const options = typeof transport === 'string' ? { url: transport } : transport;
  return mailer.createTransport({ ...TIMEOUTS, ...options });
}

function isTransport(transport: EmailOptions['transport']): transport is EmailTransport {
  return typeof transport === 'object' && typeof transport['sendMail' as keyof typeof transport] === 'function';
}

/** The password in a configuration, as it stands there and as it is meant. */
function secretsOf(transport: EmailOptions['transport']): readonly string[] {
  if (typeof transport === 'string') {
    const password = URL.canParse(transport) ? new URL(transport).password : '';
    return [password, decodeURIComponent(password)];
  }
  const { auth } = transport as { readonly auth?: { readonly pass?: unknown } };
  return typeof auth?.pass === 'string' ? [auth.pass] : [];
}

/** What is used of nodemailer. */
interface Nodemailer {
  createTransport(options: Readonly<Record<string, unknown>>): EmailTransport;
}

async function nodemailer(): Promise<Nodemailer> {
  try {
    const loaded: { readonly default: unknown } = await import('nodemailer');
    // Structurally what is used of it; its own types are not a dependency of users without mail.
    return loaded.default as Nodemailer;
  } catch (error) {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      'Mails are sent by the package "nodemailer", which is not installed. Install it, or pass a transport of your own.',
      { cause: error },
    );
  }
}

/** By the first digit of the answer: 4 means later, 5 means never. */
function failureOf(error: unknown, secrets: readonly string[]): DeliveryResult {
  const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
  const text = withoutSecrets(failureText(error), secrets);
  if (responseCode !== undefined) return { status: responseCode >= 500 ? 'permanent' : 'retry', error: text };
  const isLasting = MetricsError.isInstance(error) || (code !== undefined && LASTING_ERRORS.has(code));
  return { status: isLasting ? 'permanent' : 'retry', error: text };
}
