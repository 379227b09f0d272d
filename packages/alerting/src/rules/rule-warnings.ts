import type { NotificationChannel } from '@bduf/metrics-core/interfaces';
import { isLowBad } from '../evaluation/threshold-test.ts';
import { parseTemplate } from '../templates/parse-template.ts';
import { AlertCondition } from './alert-condition.ts';
import type { AlertRule } from './alert-rule.ts';
import { SEVERITIES } from './severity-order.ts';

/** What a rule is looked at beside of. */
export interface WarningContext {
  /** Whether a metric of that name exists. */
  readonly exists: (metric: string) => boolean;
  /** Largest finite bucket bound of a histogram; `undefined` of others, and of histograms that have native buckets. */
  readonly topBound: (metric: string) => number | undefined;
  /** Channels that can be delivered to; `undefined` when every name is tried. */
  readonly channels: readonly NotificationChannel[] | undefined;
}

/** What is doubtful about a rule: it is evaluated all the same. */
export function ruleWarnings(rule: AlertRule, context: WarningContext): readonly string[] {
  return [
    ...metricWarnings(rule, context),
    ...channelWarnings(rule, context),
    ...thresholdWarnings(rule),
    ...labelWarnings(rule),
  ];
}

function metricWarnings(rule: AlertRule, { exists, topBound }: WarningContext): readonly string[] {
  const isOther = typeof rule.signal === 'object' && (rule.signal.kind === 'custom' || rule.signal.kind === 'query');
  if (isOther) return [];
  if (!exists(rule.metric)) return [`The metric "${rule.metric}" does not exist (yet).`];
  const top = topBound(rule.metric);
  const isQuantile = rule.signal === undefined || (typeof rule.signal === 'object' && rule.signal.kind === 'quantile');
  const isAbove = rule.condition === AlertCondition.GREATER_THAN || rule.condition === AlertCondition.GREATER_OR_EQUAL;
  if (top === undefined || !isQuantile || !isAbove) return [];
  if (rule.threshold < top || (rule.threshold === top && rule.condition === AlertCondition.GREATER_OR_EQUAL)) return [];
  return [
    `The threshold ${rule.threshold} is not below ${top}, the highest bucket of "${rule.metric}": no quantile exceeds that, so that it never fires. Add higher buckets.`,
  ];
}

function channelWarnings({ notifications }: AlertRule, { channels }: WarningContext): readonly string[] {
  if (channels === undefined) return [];
  return notifications
    .filter((channel) => !channels.includes(channel))
    .map((channel) => `There is no channel "${channel}"; there are ${channels.join(', ') || 'none'}.`);
}

function thresholdWarnings(rule: AlertRule): readonly string[] {
  const { condition, threshold, recoveryThreshold, tiers, signal } = rule;
  const isLow = isLowBad(condition);
  const isBeyond = (a: number, b: number): boolean => (isLow ? a < b : a > b);
  const warnings: string[] = [];
  if (recoveryThreshold !== undefined && isBeyond(recoveryThreshold, threshold)) {
    warnings.push(
      `recoveryThreshold ${recoveryThreshold} is beyond the threshold ${threshold}, so that it has no effect.`,
    );
  }
  const all = new Map<string, number>([...Object.entries(tiers ?? {}), [rule.severity, threshold]]);
  const ordered = SEVERITIES.flatMap((severity) => all.get(severity) ?? []);
  if (ordered.some((value, index) => index > 0 && !isBeyond(value, ordered[index - 1] ?? NaN))) {
    warnings.push('The thresholds of more severe tiers are not further out than those of less severe ones.');
  }
  const isExact = condition === AlertCondition.EQUALS || condition === AlertCondition.NOT_EQUALS;
  if (isExact && typeof signal === 'object' && signal.kind !== 'custom') {
    warnings.push(`"${condition}" compares a fraction, which is hardly ever equal to anything.`);
  }
  return warnings;
}

function labelWarnings({ labels }: AlertRule): readonly string[] {
  return Object.entries(labels)
    .filter(([, text]) => parseTemplate(text).usesValue)
    .map(([name]) => `The label "${name}" uses the value, which is no part of an identity: it is NaN there.`);
}
