import { type Notification, type NotifiedAlert, Severity } from '@bduf/metrics-core/interfaces';

/** What a channel knows of one alert. */
export interface ToldState {
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly atMs: number;
}

/** One alert of a group, beside what its channel knows of it. */
export interface GroupEntry {
  alert: NotifiedAlert;
  /** Whether the last notification that told of it showed it as firing. */
  isListed: boolean;
  /** What the channel was last told of it. */
  told: ToldState | undefined;
  /** Whether an attempt to tell the channel of its present state was begun and has not succeeded. */
  isOwed: boolean;
}

/** What is decided upon. */
export interface GroupView {
  /** Alerts that fire and are not muted. */
  readonly firing: readonly GroupEntry[];
  /** Alerts that have resolved and that the channel may be told of. */
  readonly resolved: readonly GroupEntry[];
  /** Whether the interval of repetition is over and somebody wants repetitions. */
  readonly isRepeatDue: boolean;
}

const RANKS: Readonly<Record<Severity, number>> = {
  [Severity.INFO]: 0,
  [Severity.WARNING]: 1,
  [Severity.ERROR]: 2,
  [Severity.CRITICAL]: 3,
};

/** Place of a severity among all, least severe first, from 0. */
export function severityRank(severity: Severity): number {
  return RANKS[severity];
}

/** Whether a firing alert is more severe than its channel knows. */
export function hasWorsened({ alert, told }: GroupEntry): boolean {
  return alert.status === 'firing' && told?.status === 'firing' && RANKS[alert.severity] > RANKS[told.severity];
}

/**
 * Whether to tell a channel of a group, and why. The table is that of Alertmanager's deduplication (`needsUpdate` in
 * `notify/notify.go`) with two rows more: a severity that has increased, and what the channel missed while it was down.
 */
export function newsOf({ firing, resolved, isRepeatDue }: GroupView): Notification['reason'] | undefined {
  if (firing.some(({ isListed }) => !isListed)) {
    return [...firing, ...resolved].some(({ told }) => told?.status === 'firing') ? 'changed' : 'new';
  }
  if (firing.some(hasWorsened)) return 'changed';
  if (firing.length === 0) return resolved.some(isAwaitedEnd) ? 'resolved' : undefined;
  if (resolved.some(({ told }) => told?.status !== 'resolved')) return 'changed';
  return isRepeatDue ? 'repeat' : undefined;
}

/** Whether the channel waits for the end of an alert: it knows of it, or may have been reached by an attempt. */
export function isAwaitedEnd({ told, isOwed }: GroupEntry): boolean {
  return told?.status === 'firing' || isOwed;
}
