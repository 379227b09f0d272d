import type { Severity } from './severity.ts';

/** Name of a channel: one of those that `createNotificationService` builds, or one's own. */
export type NotificationChannel =
  | 'email'
  | 'slack'
  | 'pagerduty'
  | 'webhook'
  | 'alertmanager'
  | 'console'
  | (string & {});

/** One alert as told to people. */
export interface NotifiedAlert {
  /** Identity of the alert; the key by which receivers tell incidents apart. */
  readonly id: string;
  /** Name of its rule. */
  readonly ruleName: string;
  /** Whether it fires or has resolved. */
  readonly status: 'firing' | 'resolved';
  /** How severe it is, or was last. */
  readonly severity: Severity;
  /** All labels. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts for people, filled in, unescaped: each channel escapes for its own format. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Value at the last evaluation with data. */
  readonly value: number;
  /** What the rule compares it with. */
  readonly threshold: number;
  /** When the condition began to hold. */
  readonly activeAt: Date;
  /** When it began to fire. */
  readonly firedAt: Date;
  /** When it resolved. */
  readonly resolvedAt?: Date;
  /** Why it resolved or fires, when the value alone does not say so. */
  readonly reason?: string;
  /** Who took care of it. */
  readonly acknowledgedBy?: string;
  /** Where people read what to do. */
  readonly runbookUrl?: string;
}

/** What a channel is asked to deliver: the present state of a group of alerts. */
export interface Notification {
  /** Name of the channel. */
  readonly channel: NotificationChannel;
  /** `firing` while any alert of the group fires. */
  readonly status: 'firing' | 'resolved';
  /** Identity of the group, the same in each notification of it. */
  readonly groupKey: string;
  /** Labels that the group is made by. */
  readonly groupLabels: Readonly<Record<string, string>>;
  /** Alerts to tell of, firing first, most severe first. Never empty. */
  readonly alerts: readonly NotifiedAlert[];
  /** Alerts left out because the group is too large. */
  readonly truncatedAlerts: number;
  /** Same for each attempt of the same news, so that a receiver can tell a repetition. */
  readonly idempotencyKey: string;
  /** Why it is sent. */
  readonly reason: 'new' | 'changed' | 'repeat' | 'resolved' | 'test';
  /** When the state was read. */
  readonly at: Date;
  /** Where people see more, such as the dashboard. */
  readonly externalUrl?: string;
}

/** What became of an attempt. */
export interface DeliveryResult {
  /** `retry`: try again later. `permanent`: it never will succeed. */
  readonly status: 'delivered' | 'retry' | 'permanent';
  /** How long the receiver asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Why not, without secrets. */
  readonly error?: string;
}

/** Something that delivers notifications. A plain object with `send` is enough. */
export interface NotificationService {
  /** Names of the channels it can deliver to; without it every name is tried. */
  readonly channels?: readonly NotificationChannel[];
  /**
   * Attempts to deliver once, without retry of its own. A rejection counts as `retry`.
   *
   * @param options - `signal` is aborted when the attempt takes too long.
   */
  send(notification: Notification, options?: { readonly signal?: AbortSignal }): Promise<DeliveryResult>;
  /** Frees connections. */
  close?(): Promise<void>;
}
