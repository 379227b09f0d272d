import type { LabelMatcher, NotifiedAlert, Severity } from '@bduf/metrics-core/interfaces';
import { z } from 'zod';
import type { ToldState } from './group-news.ts';

/** JSON has no word for numbers that are not finite. */
export type StoredNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** Form of an alert in a store; times are milliseconds since the epoch. */
export interface StoredAlert {
  readonly id: string;
  readonly ruleName: string;
  readonly status: 'firing' | 'resolved';
  readonly severity: Severity;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly value: StoredNumber;
  readonly threshold: StoredNumber;
  readonly activeAt: number;
  readonly firedAt: number;
  readonly resolvedAt?: number | undefined;
  readonly reason?: string | undefined;
  readonly runbookUrl?: string | undefined;
}

/** An alert of a group in a store. */
export interface StoredEntry {
  readonly channel: string;
  readonly groupKey: string;
  readonly alert: StoredAlert;
  readonly isListed: boolean;
  readonly isOwed: boolean;
  readonly told?: ToldState | undefined;
}

/** A group in a store, without its alerts. */
export interface StoredGroup {
  readonly channel: string;
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly sent: number;
  readonly lastSentAtMs?: number | undefined;
  readonly owedSinceMs?: number | undefined;
}

/** A notification that was given up, in a store. */
export interface StoredDeadLetter {
  readonly id: string;
  readonly atMs: number;
  readonly channel: string;
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly alerts: readonly StoredAlert[];
  readonly error: string;
}

/** A silence in a store. */
export interface StoredSilence {
  readonly id: string;
  readonly matchers: readonly LabelMatcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** An acknowledgement in a store. */
export interface StoredAcknowledgement {
  readonly by: string;
  readonly comment: string;
  readonly atMs: number;
  readonly severity: Severity;
  readonly firedAtMs: number;
}

const severity: z.ZodType<Severity> = z.enum(['info', 'warning', 'error', 'critical']);
const status: z.ZodType<StoredAlert['status']> = z.enum(['firing', 'resolved']);
const labels: z.ZodType<Readonly<Record<string, string>>> = z.record(z.string(), z.string());
const number: z.ZodType<StoredNumber> = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])]);

const alertSchema: z.ZodType<StoredAlert> = z.object({
  id: z.string(),
  ruleName: z.string(),
  status,
  severity,
  labels,
  annotations: labels,
  value: number,
  threshold: number,
  activeAt: z.number(),
  firedAt: z.number(),
  resolvedAt: z.number().optional(),
  reason: z.string().optional(),
  runbookUrl: z.string().optional(),
});

/** Form of {@link StoredEntry}. */
export const storedEntrySchema: z.ZodType<StoredEntry> = z.object({
  channel: z.string(),
  groupKey: z.string(),
  alert: alertSchema,
  isListed: z.boolean(),
  isOwed: z.boolean(),
  told: z.object({ status, severity, atMs: z.number() }).optional(),
});

/** Form of {@link StoredGroup}. */
export const storedGroupSchema: z.ZodType<StoredGroup> = z.object({
  channel: z.string(),
  groupKey: z.string(),
  groupLabels: labels,
  sent: z.number().int().min(0),
  lastSentAtMs: z.number().optional(),
  owedSinceMs: z.number().optional(),
});

/** Form of {@link StoredDeadLetter}. */
export const storedDeadLetterSchema: z.ZodType<StoredDeadLetter> = z.object({
  id: z.string(),
  atMs: z.number(),
  channel: z.string(),
  groupKey: z.string(),
  groupLabels: labels,
  alerts: z.array(alertSchema),
  error: z.string(),
});

/** Form of {@link StoredSilence}. */
export const storedSilenceSchema: z.ZodType<StoredSilence> = z.object({
  id: z.string(),
  matchers: z.array(z.object({ name: z.string(), op: z.enum(['=', '!=', '=~', '!~']), value: z.string() })),
  startsAtMs: z.number(),
  endsAtMs: z.number(),
  createdBy: z.string(),
  comment: z.string(),
});

/** Form of {@link StoredAcknowledgement}. */
export const storedAcknowledgementSchema: z.ZodType<StoredAcknowledgement> = z.object({
  by: z.string(),
  comment: z.string(),
  atMs: z.number(),
  severity,
  firedAtMs: z.number(),
});

/** Turns an alert into the form of a store. */
export function storedAlert(alert: NotifiedAlert): StoredAlert {
  return {
    id: alert.id,
    ruleName: alert.ruleName,
    status: alert.status,
    severity: alert.severity,
    labels: alert.labels,
    annotations: alert.annotations,
    value: storedNumber(alert.value),
    threshold: storedNumber(alert.threshold),
    activeAt: alert.activeAt.getTime(),
    firedAt: alert.firedAt.getTime(),
    ...(alert.resolvedAt !== undefined && { resolvedAt: alert.resolvedAt.getTime() }),
    ...(alert.reason !== undefined && { reason: alert.reason }),
    ...(alert.runbookUrl !== undefined && { runbookUrl: alert.runbookUrl }),
  };
}

/** Turns an alert of a store into one for people. */
export function restoredAlert(stored: StoredAlert): NotifiedAlert {
  const { activeAt, firedAt, resolvedAt, reason, runbookUrl, value, threshold, ...same } = stored;
  return {
    ...same,
    value: Number(value),
    threshold: Number(threshold),
    activeAt: new Date(activeAt),
    firedAt: new Date(firedAt),
    ...(resolvedAt !== undefined && { resolvedAt: new Date(resolvedAt) }),
    ...(reason !== undefined && { reason }),
    ...(runbookUrl !== undefined && { runbookUrl }),
  };
}

function storedNumber(value: number): StoredNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
