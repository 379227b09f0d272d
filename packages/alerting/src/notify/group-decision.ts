import type { Notification, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import type { ChannelCadence } from './channel-cadence.ts';
import { type GroupEntry, isAwaitedEnd, newsOf } from './group-news.ts';
import type { Muting } from './muting.ts';
import { type NotificationGroup, byUrgency } from './notification-group.ts';

/** That a group is to be told of, with what and why. */
export interface GroupDecision {
  readonly reason: Notification['reason'];
  /** Never empty; the most urgent first. */
  readonly alerts: readonly NotifiedAlert[];
}

/** What decisions about all groups depend on. */
export interface DecisionParts {
  readonly mutingOf: Muting;
  readonly isAcknowledged: (alertId: string) => boolean;
  /** Whether the end of something that began while its channel was down is told. */
  readonly tellsMissed: boolean;
  /** Whether a muted end is held back even from those who know of the beginning. */
  readonly mutesEnds: boolean;
}

/** Decides about one group at a moment. */
export type Decide = (group: NotificationGroup, nowMs: number) => GroupDecision | undefined;

/** Decisions for channels whose readers are people: grouped, muted, repeated rarely. */
export function createDecision(parts: DecisionParts, repeatIntervalMs: number): Decide {
  return (group, nowMs) => {
    const told = group.entries.filter((entry) => isTellable(entry, nowMs, parts));
    const firing = told.filter(({ alert }) => alert.status === 'firing');
    const resolved = told.filter(({ alert }) => alert.status === 'resolved');
    const isOver = nowMs - (group.lastSentAtMs ?? Infinity) >= repeatIntervalMs;
    const isRepeatDue = isOver && firing.some(({ alert }) => !parts.isAcknowledged(alert.id));
    return decisionOf(newsOf({ firing, resolved, isRepeatDue }), told);
  };
}

/** Decisions for channels that decide themselves whom to tell: each alert on its own, muted or not, again and again. */
export function createPacedDecision(cadence: ChannelCadence): Decide {
  return (group, nowMs) => {
    const due = group.entries.filter((entry) => {
      const { alert, told } = entry;
      if (told?.status !== alert.status) return true;
      // Strictly later than the delay, though looks are never quite on time: not at a look that should be at that very moment.
      const dueAtMs = told.atMs + cadence.resendDelayMs + cadence.intervalMs / 2;
      return dueAtMs <= nowMs && !isPastRetention(entry, cadence, nowMs);
    });
    const isNews = due.some(({ alert, told }) => told?.status !== alert.status);
    const reason = due.every(({ told }) => told === undefined) ? 'new' : isNews ? 'changed' : 'repeat';
    return decisionOf(due.length > 0 ? reason : undefined, due);
  };
}

/** Whether a resolved alert of an ordinary channel need not be remembered. */
export function isForgettable(entry: GroupEntry, { tellsMissed, mutesEnds }: DecisionParts): boolean {
  if (entry.told?.status === 'firing') return mutesEnds;
  return !entry.isOwed || !tellsMissed;
}

/** Whether a paced channel has been told of an end for long enough. */
export function isPastRetention(
  { alert, told }: GroupEntry,
  { resolvedRetentionMs }: ChannelCadence,
  nowMs: number,
): boolean {
  return told?.status === 'resolved' && nowMs - (alert.resolvedAt?.getTime() ?? told.atMs) > resolvedRetentionMs;
}

function isTellable(entry: GroupEntry, nowMs: number, { mutingOf, tellsMissed, mutesEnds }: DecisionParts): boolean {
  const { alert, told } = entry;
  if (alert.status === 'resolved' && isAwaitedEnd(entry)) {
    if (told === undefined && !tellsMissed) return false;
    if (!mutesEnds) return true;
  }
  return mutingOf(alert, nowMs) === undefined;
}

function decisionOf(
  reason: Notification['reason'] | undefined,
  entries: readonly GroupEntry[],
): GroupDecision | undefined {
  return reason && { reason, alerts: entries.map(({ alert }) => alert).toSorted(byUrgency) };
}
