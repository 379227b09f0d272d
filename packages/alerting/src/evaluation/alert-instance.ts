import type { Severity } from '@bduf/metrics-core/interfaces';

/** Where an alert is in its life: `resolved` once it fired, `inactive` when it never did. */
export type InstanceState = 'inactive' | 'pending' | 'firing' | 'resolved';

/**
 * One alert of a rule. Changed in place, since there may be thousands; times are milliseconds since the epoch, NaN for
 * those that have not come.
 */
export interface AlertInstance {
  /** Identity within the rule. */
  readonly key: string;
  /** Stable id. */
  readonly id: string;
  /** Labels of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  state: InstanceState;
  severity: Severity;
  threshold: number;
  value: number;
  activeAtMs: number;
  firedAtMs: number;
  resolvedAtMs: number;
  keepFiringSinceMs: number;
  noDataSinceMs: number;
  lastMs: number;
  reason: string | undefined;
  /** Grows with each change that people may be told of. */
  version: number;
  /** Whether this process has seen its series, so that its absence means that it was removed. */
  wasSeen: boolean;
}

/** Whether an alert is pending or firing. */
export function isActive({ state }: AlertInstance): boolean {
  return state === 'pending' || state === 'firing';
}

/** Moves all times of an alert, since the clock that they are from has jumped. */
export function moveTimes(instance: AlertInstance, ms: number): void {
  instance.activeAtMs += ms;
  instance.firedAtMs += ms;
  instance.resolvedAtMs += ms;
  instance.keepFiringSinceMs += ms;
  instance.noDataSinceMs += ms;
  instance.lastMs += ms;
}

/** Why there is no value, in a reading and in the reason of an alert. */
export const NoDataReason = {
  NO_DATA: 'no_data',
  WINDOW_INCOMPLETE: 'window_incomplete',
  TOO_FEW_EVENTS: 'too_few_events',
  STALE: 'stale',
  SERIES_REMOVED: 'series_removed',
} as const;
/** Why there is no value. */
export type NoDataReason = (typeof NoDataReason)[keyof typeof NoDataReason];
