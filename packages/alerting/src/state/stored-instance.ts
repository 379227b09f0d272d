import { AlertEventType, type AlertEvent, Severity } from '@bduf/metrics-core/interfaces';
import { z } from 'zod';
import type { AlertInstance } from '../evaluation/alert-instance.ts';
import { alertId } from '../evaluation/alert-identity.ts';
import type { StoredRecord } from './alert-state-store.ts';

/** Kind of the records of alerts. */
export const ALERT_KIND = 'alert';
/** Kind of the records of events. */
export const EVENT_KIND = 'event';
/** Kind of the record of the evaluation itself. */
export const ENGINE_KIND = 'engine';

const labels = z.record(z.string(), z.string());
const severity = z.enum(Severity);
// JSON has no word for numbers that are not finite.
const number = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);

const instanceSchema = z.object({
  rule: z.string(),
  labels,
  state: z.enum(['pending', 'firing', 'resolved']),
  severity,
  threshold: number,
  value: number,
  activeAtMs: number,
  firedAtMs: number,
  resolvedAtMs: number,
  keepFiringSinceMs: number,
  noDataSinceMs: number,
  reason: z.string().optional(),
});

const eventSchema = z.object({
  seq: z.number().int(),
  at: z.number(),
  type: z.enum(AlertEventType),
  id: z.string(),
  ruleName: z.string(),
  labels,
  severity: severity.optional(),
  value: number.optional(),
  reason: z.string().optional(),
  durationMs: z.number().optional(),
  channel: z.string().optional(),
});

const engineSchema = z.object({ lastMs: z.number(), seq: z.number().int() });

/** The record of an alert. */
export function alertRecord(ruleName: string, instance: AlertInstance): StoredRecord {
  return {
    kind: ALERT_KIND,
    key: instance.key,
    value: {
      rule: ruleName,
      labels: instance.labels,
      state: instance.state,
      severity: instance.severity,
      threshold: storedNumber(instance.threshold),
      value: storedNumber(instance.value),
      activeAtMs: storedNumber(instance.activeAtMs),
      firedAtMs: storedNumber(instance.firedAtMs),
      resolvedAtMs: storedNumber(instance.resolvedAtMs),
      keepFiringSinceMs: storedNumber(instance.keepFiringSinceMs),
      noDataSinceMs: storedNumber(instance.noDataSinceMs),
      ...(instance.reason !== undefined && { reason: instance.reason }),
    },
  };
}

/** The record of an event. */
export function eventRecord(event: AlertEvent): StoredRecord {
  const { at, value, ...same } = event;
  return {
    kind: EVENT_KIND,
    key: String(event.seq),
    value: { ...same, at: at.getTime(), ...(value !== undefined && { value: storedNumber(value) }) },
  };
}

/** The record of the evaluation itself. */
export function engineRecord(lastMs: number, seq: number): StoredRecord {
  return { kind: ENGINE_KIND, key: 'engine', value: { lastMs, seq } };
}

/** What an earlier process left. */
export interface RestoredState {
  /** Alerts with the names of their rules. */
  readonly alerts: readonly { readonly ruleName: string; readonly instance: AlertInstance }[];
  readonly events: readonly AlertEvent[];
  /** When it last evaluated; NaN when it never did. */
  readonly lastMs: number;
  /** Number of its last event. */
  readonly seq: number;
  /** Records that could not be read. */
  readonly unreadable: number;
}

/** Reads what an earlier process left. Records of other kinds are ignored. */
export function restoredState(records: readonly StoredRecord[]): RestoredState {
  const alerts: { ruleName: string; instance: AlertInstance }[] = [];
  const events: AlertEvent[] = [];
  let engine = { lastMs: NaN, seq: 0 };
  let unreadable = 0;
  for (const { kind, key, value } of records) {
    if (kind === ALERT_KIND) {
      const { data } = instanceSchema.safeParse(value);
      if (data === undefined) unreadable++;
      else alerts.push({ ruleName: data.rule, instance: restoredInstance(key, data) });
    } else if (kind === EVENT_KIND) {
      const { data } = eventSchema.safeParse(value);
      if (data === undefined) unreadable++;
      else events.push(restoredEvent(data));
    } else if (kind === ENGINE_KIND) {
      engine = engineSchema.safeParse(value).data ?? engine;
    }
  }
  return { alerts, events, ...engine, unreadable };
}

function restoredInstance(key: string, stored: z.output<typeof instanceSchema>): AlertInstance {
  const { reason, labels: own, state, severity: level, threshold, value } = stored;
  const { activeAtMs, firedAtMs, resolvedAtMs, keepFiringSinceMs, noDataSinceMs } = stored;
  const times = { activeAtMs, firedAtMs, resolvedAtMs, keepFiringSinceMs, noDataSinceMs, lastMs: NaN };
  const what = { labels: own, state, severity: level, threshold, value, reason };
  return { key, id: alertId(key), ...what, ...times, version: 0, wasSeen: false };
}

function restoredEvent(stored: z.output<typeof eventSchema>): AlertEvent {
  const { at, severity: level, value, reason, durationMs, channel, ...same } = stored;
  return {
    ...same,
    at: new Date(at),
    ...(level !== undefined && { severity: level }),
    ...(value !== undefined && { value }),
    ...(reason !== undefined && { reason }),
    ...(durationMs !== undefined && { durationMs }),
    ...(channel !== undefined && { channel }),
  };
}

function storedNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
