import type {
  AlertControl,
  AlertEvent,
  AlertSource,
  NotificationChannel,
  NotifiedAlert,
} from '@bduf/metrics-core/interfaces';
import type { StoredRecord } from '../state/alert-state-store.ts';

/** An alert as the evaluation hands it to a notifier. */
export interface NotifierAlert extends NotifiedAlert {
  /** Channels that its rule names; they apply unless a route says otherwise. */
  readonly channels: readonly NotificationChannel[];
  /** Changes whenever anything in the alert that people may be told of changes. */
  readonly version: number;
}

/** Something that happened to a notification; the receiver numbers it. */
export type NotifierEvent = Omit<AlertEvent, 'seq'>;

/**
 * Brings what channels were told to what is true. It is told the present state, not of changes, so that nothing is lost
 * while a channel is down and nothing stale is sent when it is back.
 *
 * Order of calls: `restore` once, then `update` after each evaluation, `start` when deliveries may begin. Until
 * `start`, only `flush` and `testChannel` send; after a `restore`, neither `start` nor `flush` sends before the next `update` has
 * said what is true by now.
 */
export interface AlertNotifier
  extends AlertControl, Pick<AlertSource, 'getSilences' | 'getChannelHealth' | 'getDeliveries' | 'getDeadLetters'> {
  /** Takes over what an earlier process has stored; records of other kinds are ignored. */
  restore(records: readonly StoredRecord[]): void;
  /**
   * Takes the present state. Synchronous and never waits for a channel.
   *
   * @param alerts - All that fire and all that have resolved lately. One that fired at the last call and is missing
   *   counts as resolved.
   * @param atMs - When they were evaluated, in milliseconds since the epoch.
   * @returns Records to append in the same write as the state of the alerts, at once: what is awaited before may let newer
   *   records overtake them.
   */
  update(alerts: readonly NotifierAlert[], atMs: number): readonly StoredRecord[];
  /** Ids of the silences that mute an alert with these labels. */
  silencesOf(labels: Readonly<Record<string, string>>, atMs: number): readonly string[];
  /** Ids of the alerts that mute this one, among those of the last `update`. */
  inhibitorsOf(alert: Pick<NotifiedAlert, 'id' | 'labels'>): readonly string[];
  /** Who takes care of an alert, if anybody does. */
  acknowledgedBy(alertId: string): string | undefined;
  /** When people were last told of an alert, if they were. */
  notifiedAt(alertId: string): Date | undefined;
  /** Begins to deliver. */
  start(): void;
  /** Sends all news at once, without waiting for groups to fill. Resolves when nothing is left to tell, or at the deadline. */
  flush(deadlineMs: number): Promise<void>;
  /** Flushes, then ends attempts under way and frees the channels. What was not delivered stays in the store. */
  close(deadlineMs: number): Promise<void>;
}
