import type { AlertSource, Severity } from '@bduf/metrics-core/interfaces';
import type { AlertStatusData } from './dashboard-data.ts';
import { jsonOf } from './json-of.ts';

const DAY_MS = 86_400_000;
const MAX_EVENTS = 200;

/** The state of all alerts at one moment; empty without a source. */
export function readAlertStatus(alerts: AlertSource | undefined, atMs: number): AlertStatusData {
  const firing: Record<Severity, number> = { info: 0, warning: 0, error: 0, critical: 0 };
  const active = alerts?.getActiveAlerts() ?? [];
  for (const { state, severity } of active) if (state === 'firing') firing[severity] += 1;
  // The end of a range does not belong to it, and what happened just now should.
  const events = alerts?.getAlertHistory({ start: new Date(atMs - DAY_MS), end: new Date(atMs + 1) }) ?? [];
  return {
    asOf: new Date(atMs).toISOString(),
    isConnected: alerts !== undefined,
    firing,
    pending: active.filter(({ state }) => state === 'pending').length,
    active: jsonOf(active),
    history: jsonOf(events.slice(-MAX_EVENTS).toReversed()),
    rules: jsonOf(alerts?.getRuleHealth() ?? []),
    channels: jsonOf(alerts?.getChannelHealth() ?? []),
    deadLetters: alerts?.getDeadLetters().length ?? 0,
  };
}
