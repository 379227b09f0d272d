import type { LabelMatcher, NotificationChannel } from '@bduf/metrics-core/interfaces';

/** How alerts of one route are gathered into notifications. Times are in milliseconds. */
export interface GroupingOptions {
  /** Labels whose values make a group; `'...'` as the only one stands for all labels. Default: `alertname`. */
  readonly groupBy?: readonly string[];
  /** How long a new group waits for further alerts. Default 5 000. */
  readonly groupWaitMs?: number;
  /** How often a group may be told of again when it has changed. Default 60 000. */
  readonly groupIntervalMs?: number;
  /** After how long a group that goes on firing unchanged is told of again. Default 14 400 000 (4 h). */
  readonly repeatIntervalMs?: number;
}

/** A branch of the tree that decides who is told: the first matching child wins, unless it says `continue`. */
export interface NotificationRoute extends GroupingOptions {
  /** All must match; none match every alert. */
  readonly matchers?: readonly LabelMatcher[];
  /** Channels instead of those that the rule names; inherited by child routes. */
  readonly channels?: readonly NotificationChannel[];
  /** Whether the next siblings are looked at, too. Default: false. */
  readonly continue?: boolean;
  /** Child routes; the branch itself applies to what none of them takes. */
  readonly routes?: readonly NotificationRoute[];
}

/** Alerts that match `target` are muted while another alert fires that matches `source` and has equal labels. */
export interface InhibitRule {
  /** All must match the alert that mutes. */
  readonly source: readonly LabelMatcher[];
  /** All must match the alert that is muted. */
  readonly target: readonly LabelMatcher[];
  /** Labels that both must have alike; a missing label is the same as an empty one. Default: none. */
  readonly equal?: readonly string[];
}

/** How an alert manager tells people. Times are in milliseconds. */
export interface NotifierOptions extends GroupingOptions {
  /** Routes before the channels that rules name; what none of them takes goes to the latter. */
  readonly routes?: readonly NotificationRoute[];
  /** What mutes what. */
  readonly inhibitRules?: readonly InhibitRule[];
  /** Channel that is told what another one refuses for good. */
  readonly fallbackChannel?: NotificationChannel;
  /** Whether the end of something that began while its channel was down is told: `notify` by default. */
  readonly missedIncidents?: 'notify' | 'drop';
  /** Whether silences and inhibition hold back even the end of what people were told of. Default: false. */
  readonly mutesEnds?: boolean;
  /** Longest time of one attempt. Default 10 000. */
  readonly attemptTimeoutMs?: number;
  /** When news is given up. Default 86 400 000 (24 h). */
  readonly maxAgeMs?: number;
  /** Failures in a row after which only single probes go to a channel. Default 5. */
  readonly failureThreshold?: number;
  /** Attempts at one channel at the same time. Default 4. */
  readonly maxInFlight?: number;
  /** Alerts in one notification; the most severe are kept. Default 100. */
  readonly maxAlertsPerNotification?: number;
  /** Attempts that are remembered. Default 500. */
  readonly deliveryLogSize?: number;
  /** Notifications given up that are remembered. Default 200. */
  readonly maxDeadLetters?: number;
  /** Silences at a time. Default 1 000. */
  readonly maxSilences?: number;
  /** Where people see more, such as the dashboard. */
  readonly externalUrl?: string;
}

/** The scalar options with their defaults. */
export interface NotifierLimits {
  readonly missedIncidents: 'notify' | 'drop';
  readonly mutesEnds: boolean;
  readonly attemptTimeoutMs: number;
  readonly maxAgeMs: number;
  readonly failureThreshold: number;
  readonly maxInFlight: number;
  readonly maxAlertsPerNotification: number;
  readonly deliveryLogSize: number;
  readonly maxDeadLetters: number;
  readonly maxSilences: number;
}

/** Fills in the defaults. */
export function limitsOf(options: NotifierOptions): NotifierLimits {
  return {
    missedIncidents: options.missedIncidents ?? 'notify',
    mutesEnds: options.mutesEnds ?? false,
    attemptTimeoutMs: options.attemptTimeoutMs ?? 10_000,
    maxAgeMs: options.maxAgeMs ?? 86_400_000,
    failureThreshold: options.failureThreshold ?? 5,
    maxInFlight: options.maxInFlight ?? 4,
    maxAlertsPerNotification: options.maxAlertsPerNotification ?? 100,
    deliveryLogSize: options.deliveryLogSize ?? 500,
    maxDeadLetters: options.maxDeadLetters ?? 200,
    maxSilences: options.maxSilences ?? 1000,
  };
}
