import type { NotificationChannel, NotificationService } from '@bduf/metrics-core/interfaces';

/** How a channel that decides itself whom to tell, such as an Alertmanager, wants to be fed. Times are in milliseconds. */
export interface ChannelCadence {
  /** How often alerts are looked at. */
  readonly intervalMs: number;
  /** An alert is sent again at the first look that is later than this after the last time; not at the very moment. */
  readonly resendDelayMs: number;
  /** How long a resolved alert is sent again and again. */
  readonly resolvedRetentionMs: number;
}

/** A service some of whose channels have a cadence of their own: news goes to them at once, muted or not. */
export interface PacedNotificationService extends NotificationService {
  /** The cadence of a channel that has one. */
  cadenceOf?(channel: NotificationChannel): ChannelCadence | undefined;
}
