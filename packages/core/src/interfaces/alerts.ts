import type { LabelMatcher } from './label-matcher.ts';
import type { Severity } from './severity.ts';
import type { TimeRange } from './time-range.ts';

/** State of an alert that is active: its condition holds not yet long enough, or it does. */
export const AlertState = { PENDING: 'pending', FIRING: 'firing' } as const;
/** State of an alert that is active. */
export type AlertState = (typeof AlertState)[keyof typeof AlertState];

/** An alert that is pending or firing. */
export interface ActiveAlert {
  /** Stable identity: 64 bits as hexadecimal, made of rule name and labels. */
  readonly id: string;
  /** Name of its rule. */
  readonly ruleName: string;
  /** Labels of the group and of the rule, `alertname` included. */
  readonly labels: Readonly<Record<string, string>>;
  /** Texts for people, filled in. */
  readonly annotations: Readonly<Record<string, string>>;
  /** How severe it is now. */
  readonly severity: Severity;
  /** Pending or firing. */
  readonly state: AlertState;
  /** Value at the last evaluation that had data. */
  readonly value: number;
  /** What the rule compares it with. */
  readonly threshold: number;
  /** When the condition began to hold. */
  readonly activeAt: Date;
  /** When it began to fire. */
  readonly firedAt?: Date;
  /** When it was last looked at. */
  readonly lastEvaluatedAt: Date;
  /** Since when it is good again while `keepFiringFor` holds it. */
  readonly keepFiringSince?: Date;
  /** Why it is in this state, when the value alone does not say so: `no_data`, `error` … */
  readonly reason?: string;
  /** Ids of the silences that mute it. */
  readonly silencedBy: readonly string[];
  /** Ids of the alerts that mute it. */
  readonly inhibitedBy: readonly string[];
  /** Who took care of it. */
  readonly acknowledgedBy?: string;
  /** When people were last told of it. */
  readonly notifiedAt?: Date;
  /** Where people read what to do. */
  readonly runbookUrl?: string;
}

/** What can happen to alerts, rules and notifications. */
export const AlertEventType = {
  PENDING: 'pending',
  FIRING: 'firing',
  RESOLVED: 'resolved',
  CANCELLED: 'cancelled',
  RECOVERING: 'recovering',
  SEVERITY: 'severity',
  NO_DATA: 'no_data',
  ERROR: 'error',
  SILENCED: 'silenced',
  INHIBITED: 'inhibited',
  ACKED: 'acked',
  NOTIFIED: 'notified',
  DELIVERY_FAILED: 'delivery_failed',
  DEAD_LETTER: 'dead_letter',
  RULE_ADDED: 'rule_added',
  RULE_REMOVED: 'rule_removed',
  CLOCK_JUMP: 'clock_jump',
} as const;
/** What can happen to alerts, rules and notifications. */
export type AlertEventType = (typeof AlertEventType)[keyof typeof AlertEventType];

/** One thing that happened. */
export interface AlertEvent {
  /** Counts up by one for each event; survives restarts when the state store does. */
  readonly seq: number;
  /** When. */
  readonly at: Date;
  /** What. */
  readonly type: AlertEventType;
  /** Alert it happened to; empty for rules and clocks. */
  readonly id: string;
  /** Rule it happened to; empty for clocks. */
  readonly ruleName: string;
  /** Labels of the alert. */
  readonly labels: Readonly<Record<string, string>>;
  /** Severity at that time. */
  readonly severity?: Severity;
  /** Value at that time. */
  readonly value?: number;
  /** Why. */
  readonly reason?: string;
  /** How long what ended had lasted, in milliseconds. */
  readonly durationMs?: number;
  /** Channel of a notification. */
  readonly channel?: string;
}

/** Alerts that match are not notified while a silence lasts. */
export interface Silence {
  /** Identity. */
  readonly id: string;
  /** All must match the labels of an alert. */
  readonly matchers: readonly LabelMatcher[];
  /** From when. */
  readonly startsAt: Date;
  /** Until when. */
  readonly endsAt: Date;
  /** Who asked for it. */
  readonly createdBy: string;
  /** Why. */
  readonly comment: string;
}

/** How a rule is doing. */
export interface AlertRuleHealth {
  /** Name of the rule. */
  readonly ruleName: string;
  /** The rule as a sentence. */
  readonly explanation: string;
  /** The rule as PromQL, when it can be said in it. */
  readonly promQl?: string;
  /** Severity of the rule; of one with tiers, the highest. */
  readonly severity: Severity;
  /** `no_series` when it never matched anything, `err` while its evaluation fails, `unknown` before the first one. */
  readonly status: 'ok' | 'err' | 'no_series' | 'unknown';
  /** What is doubtful about the rule. */
  readonly warnings: readonly string[];
  /** Message of the last failure, while it fails. */
  readonly lastError?: string;
  /** When it was last evaluated. */
  readonly lastEvaluatedAt?: Date;
  /** How long that took, in milliseconds. */
  readonly lastDurationMs?: number;
  /** Last values of each series, newest last. */
  readonly evaluations: readonly AlertEvaluation[];
}

/** What one evaluation of a rule saw. */
export interface AlertEvaluation {
  /** When. */
  readonly at: Date;
  /** Number of series with a value. */
  readonly series: number;
  /** Number of them for which the condition held. */
  readonly breaching: number;
  /** The worst value; `null` without data. */
  readonly worst: number | null;
  /** Why there is no value. */
  readonly reason?: string;
}

/** How a notification channel is doing. */
export interface ChannelHealth {
  /** Name of the channel. */
  readonly channel: string;
  /** Groups that it still has to hear of. */
  readonly undelivered: number;
  /** How long the oldest of them waits, in milliseconds; `null` when there is none. */
  readonly oldestUndeliveredMs: number | null;
  /** Whether attempts are held back after failures. */
  readonly circuitOpen: boolean;
  /** Failures since the last success. */
  readonly consecutiveFailures: number;
  /** When something last arrived. */
  readonly lastDeliveredAt?: Date;
  /** Message of the last failure, secrets removed. */
  readonly lastError?: string;
}

/** One attempt to deliver a notification. */
export interface DeliveryRecord {
  /** When. */
  readonly at: Date;
  /** Channel. */
  readonly channel: string;
  /** Group, by its labels. */
  readonly groupLabels: Readonly<Record<string, string>>;
  /** Alerts that it told of as firing, and as resolved. */
  readonly firing: number;
  /** Alerts that it told of as resolved. */
  readonly resolved: number;
  /** What became of it. */
  readonly status: 'delivered' | 'retry' | 'permanent';
  /** Which attempt it was, from 1. */
  readonly attempt: number;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
  /** Message of a failure, secrets removed. */
  readonly error?: string;
}

/** A notification that could not be delivered and is not tried any more. */
export interface DeadLetter {
  /** Identity, for redelivery. */
  readonly id: string;
  /** When it was given up. */
  readonly at: Date;
  /** Channel. */
  readonly channel: string;
  /** Group, by its labels. */
  readonly groupLabels: Readonly<Record<string, string>>;
  /** Ids of the alerts. */
  readonly alertIds: readonly string[];
  /** Why. */
  readonly error: string;
}

/** Which active alerts are asked for. */
export interface ActiveAlertFilter {
  /** Only this state. */
  readonly state?: AlertState;
  /** Only these severities. */
  readonly severities?: readonly Severity[];
  /** Only alerts whose labels match. */
  readonly matchers?: readonly LabelMatcher[];
}

/** Reading alerts. */
export interface AlertSource {
  /** Alerts that are pending or firing, most severe first, then by `activeAt`. */
  getActiveAlerts(filter?: ActiveAlertFilter): readonly ActiveAlert[];
  /** Events within a range, by `seq`. */
  getAlertHistory(range: TimeRange): readonly AlertEvent[];
  /** Silences that last or are to come. */
  getSilences(): readonly Silence[];
  /** All rules. */
  getRuleHealth(): readonly AlertRuleHealth[];
  /** All channels. */
  getChannelHealth(): readonly ChannelHealth[];
  /** The latest attempts, newest first. */
  getDeliveries(): readonly DeliveryRecord[];
  /** What was given up. */
  getDeadLetters(): readonly DeadLetter[];
  /**
   * Calls back after each event. A listener that throws does not disturb others.
   *
   * @returns A function that ends it.
   */
  onAlertEvent(listener: (event: AlertEvent) => void): () => void;
}

/** What a silence is made of. */
export interface SilenceRequest {
  /** All must match; at least one, which does not match the empty string. */
  readonly matchers: readonly LabelMatcher[];
  /** Default: now. */
  readonly startsAt?: Date;
  /** Until when. */
  readonly endsAt: Date;
  /** Who asks for it. */
  readonly createdBy: string;
  /** Why. */
  readonly comment: string;
}

/** Acting on alerts. Promises resolve when the change is kept. */
export interface AlertControl {
  /** Says that somebody takes care: repeats stop until it resolves or gets more severe. Rejects for an alert that is not active. */
  acknowledge(alertId: string, by: string, comment?: string): Promise<void>;
  /** Takes an acknowledgement back. */
  unacknowledge(alertId: string): Promise<void>;
  /** Mutes alerts. */
  silence(request: SilenceRequest): Promise<Silence>;
  /** Ends a silence now. */
  expireSilence(silenceId: string): Promise<void>;
  /** Tries a dead letter again, with the present state of its alerts. */
  redeliver(deadLetterId: string): Promise<void>;
  /** Sends a notification that says it is a test. */
  testChannel(channel: string): Promise<DeliveryRecord>;
}
