import type { NotificationChannel, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { StoredRecord } from '../state/alert-state-store.ts';
import { type GroupEntry, severityRank } from './group-news.ts';
import type { GroupTarget } from './route-tree.ts';
import { type StoredEntry, type StoredGroup, restoredAlert, storedAlert } from './stored-group.ts';

/** Kind of the records of groups. */
export const GROUP_KIND = 'notify_group';
/** Kind of the records of the alerts in groups. */
export const ENTRY_KIND = 'notify_entry';

/** What a channel was told, or what is given up telling it. */
export interface Settlement {
  /** The alerts as they were told. */
  readonly alerts: readonly NotifiedAlert[];
  /** Of when the told state is, in milliseconds since the epoch. */
  readonly atMs: number;
  /** Whether resolved alerts stay, to be told again. */
  readonly keepsResolved: boolean;
}

/** Alerts of one channel that are told of together, and what the channel knows of them. */
export class NotificationGroup {
  readonly channel: NotificationChannel;
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly #entries = new Map<string, GroupEntry>();
  #sent = 0;
  #lastSentAtMs: number | undefined;
  #owedSinceMs: number | undefined;

  constructor({ channel, groupKey, groupLabels }: Pick<GroupTarget, 'channel' | 'groupKey' | 'groupLabels'>) {
    this.channel = channel;
    this.groupKey = groupKey;
    this.groupLabels = groupLabels;
  }

  /** Identity among all groups of all channels. */
  get key(): string {
    return groupIdentity(this.channel, this.groupKey);
  }

  /** Notifications that arrived, or were given up, so far. */
  get sent(): number {
    return this.#sent;
  }

  /** When the last one did, in milliseconds since the epoch. */
  get lastSentAtMs(): number | undefined {
    return this.#lastSentAtMs;
  }

  /** Since when the channel has something to hear of, in milliseconds since the epoch. */
  get owedSinceMs(): number | undefined {
    return this.#owedSinceMs;
  }

  /** All alerts of the group. */
  get entries(): readonly GroupEntry[] {
    return [...this.#entries.values()];
  }

  /** Whether it has no alerts left. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  /** Looks up an alert. */
  entry(alertId: string): GroupEntry | undefined {
    return this.#entries.get(alertId);
  }

  /**
   * Takes the present state of an alert. One that has resolved and was not in the group stays out.
   *
   * @returns Whether a record must be written: something changed that outlives this process.
   */
  put(alert: NotifiedAlert): boolean {
    const entry = this.#entries.get(alert.id);
    if (entry === undefined) {
      if (alert.status === 'resolved') return false;
      this.#entries.set(alert.id, { alert, isListed: false, told: undefined, isOwed: false });
      return true;
    }
    const before = entry.alert;
    entry.alert = alert;
    // The end was told; firing anew is news.
    if (alert.status === 'firing' && entry.told?.status === 'resolved') entry.isListed = false;
    return (
      before.status !== alert.status ||
      before.severity !== alert.severity ||
      before.firedAt.getTime() !== alert.firedAt.getTime()
    );
  }

  /** Takes alerts that the channel must hear of whatever it was told before. */
  owe(alerts: readonly NotifiedAlert[], nowMs: number): readonly StoredRecord[] {
    for (const alert of alerts) {
      this.#entries.set(alert.id, { alert, isListed: false, told: undefined, isOwed: true });
    }
    this.#owedSinceMs ??= nowMs;
    return this.records(alerts.map(({ id }) => id));
  }

  /**
   * Notes that the channel is about to hear of alerts, so that it hears of their end in any case.
   */
  promise(alerts: readonly NotifiedAlert[], nowMs: number): void {
    this.#owedSinceMs ??= nowMs;
    for (const entry of this.#news(alerts)) entry.isOwed = true;
  }

  /** Records to be kept before the channel is told of alerts; none when it has heard of all of them. */
  newsRecords(alerts: readonly NotifiedAlert[]): readonly StoredRecord[] {
    const news = this.#news(alerts);
    return news.length === 0 ? [] : this.records(news.map(({ alert }) => alert.id));
  }

  /** Notes that there is nothing to tell any more. */
  acquit(): readonly StoredRecord[] {
    if (this.#owedSinceMs === undefined) return [];
    this.#owedSinceMs = undefined;
    return [this.#record()];
  }

  /** Takes an alert, with what the channel knows of it, over from another group of the channel. */
  takeOver(alertId: string, from: NotificationGroup): readonly StoredRecord[] {
    const entry = from.#entries.get(alertId);
    if (entry === undefined) return [];
    from.#entries.delete(alertId);
    this.#entries.set(alertId, entry);
    // A group that has told something begins where the other one is, not with a wait.
    this.#lastSentAtMs ??= from.#lastSentAtMs;
    return [from.#entryFarewell(alertId), ...this.records([alertId])];
  }

  /** Forgets resolved alerts that nobody waits for. */
  prune(isForgotten: (entry: GroupEntry) => boolean): readonly StoredRecord[] {
    const records: StoredRecord[] = [];
    for (const [id, entry] of this.#entries) {
      if (entry.alert.status !== 'resolved' || !isForgotten(entry)) continue;
      this.#entries.delete(id);
      records.push(this.#entryFarewell(id));
    }
    return records;
  }

  /** Takes note of what the channel was told. Records are of what changed by it. */
  settle({ alerts, atMs, keepsResolved }: Settlement): readonly StoredRecord[] {
    this.#sent += 1;
    this.#lastSentAtMs = atMs;
    this.#owedSinceMs = undefined;
    const records: StoredRecord[] = [];
    for (const { id, status, severity } of alerts) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      const isNews = entry.told?.status !== status || entry.told.severity !== severity || entry.isOwed;
      entry.told = { status, severity, atMs };
      entry.isListed = status === 'firing';
      entry.isOwed = false;
      const isOver = status === 'resolved' && entry.alert.status === 'resolved' && !keepsResolved;
      if (isOver) this.#entries.delete(id);
      if (isOver) records.push(this.#entryFarewell(id));
      else if (isNews) records.push(this.#entryRecord(entry));
    }
    // Last, since the key of what is told next depends on it: a crash in the middle must not make news of what was told.
    return [...records, this.#record()];
  }

  /** The records of the group and of some of its alerts. */
  records(alertIds: Iterable<string>): readonly StoredRecord[] {
    const entries = [...alertIds].flatMap((id) => this.#entries.get(id) ?? []);
    return [this.#record(), ...entries.map((entry) => this.#entryRecord(entry))];
  }

  /** The record by which the group itself is forgotten. */
  get farewell(): StoredRecord {
    return { kind: GROUP_KIND, key: this.key, value: null };
  }

  /** Takes over what was stored of the group itself. */
  restore({ sent, lastSentAtMs, owedSinceMs }: StoredGroup): void {
    this.#sent = sent;
    this.#lastSentAtMs = lastSentAtMs;
    this.#owedSinceMs = owedSinceMs;
  }

  /** Takes over what was stored of one alert. */
  restoreEntry({ alert: stored, isListed, isOwed, told }: StoredEntry): NotifiedAlert {
    const alert = restoredAlert(stored);
    this.#entries.set(alert.id, { alert, isListed, isOwed, told });
    return alert;
  }

  #record(): StoredRecord {
    return {
      kind: GROUP_KIND,
      key: this.key,
      value: {
        channel: this.channel,
        groupKey: this.groupKey,
        groupLabels: this.groupLabels,
        sent: this.#sent,
        ...(this.#lastSentAtMs !== undefined && { lastSentAtMs: this.#lastSentAtMs }),
        ...(this.#owedSinceMs !== undefined && { owedSinceMs: this.#owedSinceMs }),
      },
    };
  }

  /** Entries of the alerts of which the channel has not heard as they are. */
  #news(alerts: readonly NotifiedAlert[]): readonly GroupEntry[] {
    return alerts.flatMap(({ id, status }) => {
      const entry = this.#entries.get(id);
      return entry === undefined || entry.told?.status === status ? [] : [entry];
    });
  }

  #entryRecord({ alert, isListed, isOwed, told }: GroupEntry): StoredRecord {
    return {
      kind: ENTRY_KIND,
      key: this.#entryKey(alert.id),
      value: {
        channel: this.channel,
        groupKey: this.groupKey,
        alert: storedAlert(alert),
        isListed,
        isOwed,
        ...(told !== undefined && { told }),
      },
    };
  }

  #entryFarewell(alertId: string): StoredRecord {
    return { kind: ENTRY_KIND, key: this.#entryKey(alertId), value: null };
  }

  #entryKey(alertId: string): string {
    return `${this.key}\n${alertId}`;
  }
}

/** Identity of a group among all groups of all channels. */
export function groupIdentity(channel: NotificationChannel, groupKey: string): string {
  return `${channel}\n${groupKey}`;
}

/** Order in which alerts are told: firing first, most severe first, then the older one. */
export function byUrgency(a: NotifiedAlert, b: NotifiedAlert): number {
  if (a.status !== b.status) return a.status === 'firing' ? -1 : 1;
  const bySeverity = severityRank(b.severity) - severityRank(a.severity);
  if (bySeverity !== 0) return bySeverity;
  return a.firedAt.getTime() - b.firedAt.getTime() || (a.id < b.id ? -1 : 1);
}
