import { type AlertInstance, moveTimes } from '../evaluation/alert-instance.ts';
import type { RestoredState } from './stored-instance.ts';

/** When a process takes over, and how long none may have run for the time to count. */
export interface Outage {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly toleranceMs: number;
}

/** Alerts of an earlier process: those that go on, and those that do not. */
export interface AlertsAfterOutage {
  readonly kept: RestoredState['alerts'];
  readonly dropped: readonly AlertInstance[];
}

/**
 * Decides what becomes of the alerts of an earlier process. What fires goes on. What is pending goes on when the outage was short; else
 * nobody knows whether its condition held meanwhile, so that it begins anew.
 */
export function alertsAfterOutage({ alerts, lastMs }: RestoredState, { atMs, toleranceMs }: Outage): AlertsAfterOutage {
  const isLongAgo = !(atMs - lastMs <= toleranceMs);
  // The clock was set back while no process ran; durations are what they were at the last evaluation.
  const shiftMs = Math.min(0, atMs - lastMs);
  const kept: { ruleName: string; instance: AlertInstance }[] = [];
  const dropped: AlertInstance[] = [];
  for (const alert of alerts) {
    const { instance } = alert;
    if (isLongAgo && instance.state === 'pending') {
      dropped.push(instance);
      continue;
    }
    if (shiftMs < 0) moveTimes(instance, shiftMs);
    // Nobody could have data while nobody ran.
    instance.noDataSinceMs = NaN;
    kept.push(alert);
  }
  return { kept, dropped };
}
