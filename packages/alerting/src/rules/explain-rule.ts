import type { QueryExpression } from '@bduf/metrics-core/interfaces';
import { durationText, toPromQl } from '@bduf/metrics-core/primitives';
import { type TypeOf, isChange, signalOf, windowMsOf } from '../evaluation/signal-expression.ts';
import { shortestText } from '../templates/number-text.ts';
import { AlertCondition } from './alert-condition.ts';
import type { AlertRule } from './alert-rule.ts';
import type { AlertSignal, SignalTerm } from './alert-signal.ts';
import { guessTypes } from './known-types.ts';
import { type RulePromQlOptions, rulePromQl } from './rule-promql.ts';

/** A rule in words, and in PromQL where it can be said. */
export interface RuleExplanation {
  /** One sentence. */
  readonly sentence: string;
  /** An expression that has a value while the condition holds (of the least severe tier); absent for custom signals. */
  readonly promQl?: string;
}

const COMPARED: Readonly<Record<AlertCondition, string>> = {
  [AlertCondition.GREATER_THAN]: 'is above',
  [AlertCondition.LESS_THAN]: 'is below',
  [AlertCondition.EQUALS]: 'equals',
  [AlertCondition.NOT_EQUALS]: 'differs from',
  [AlertCondition.GREATER_OR_EQUAL]: 'is at least',
  [AlertCondition.LESS_OR_EQUAL]: 'is at most',
  [AlertCondition.RATE_INCREASE]: 'has increased by more than',
  [AlertCondition.RATE_DECREASE]: 'has decreased by more than',
  [AlertCondition.OUTSIDE]: 'is outside',
  [AlertCondition.INSIDE]: 'is within',
  [AlertCondition.ABSENT]: 'is absent',
};

/**
 * Says a rule as a sentence and in PromQL.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for windows or parameters without meaning.
 */
export function explainRule(rule: AlertRule, options: RulePromQlOptions = {}): RuleExplanation {
  return explainTypedRule(rule, guessTypes(options.types), options);
}

/** As {@link explainRule}, with types from elsewhere. */
export function explainTypedRule(
  rule: AlertRule,
  typeOf: TypeOf,
  { histograms = 'classic' }: RulePromQlOptions = {},
): RuleExplanation {
  const promQl = rulePromQl(rule, typeOf, histograms)?.at(-1)?.expression;
  return { sentence: sentenceOf(rule, signalOf(rule, typeOf)), ...(promQl !== undefined && { promQl }) };
}

function sentenceOf(rule: AlertRule, signal: AlertSignal): string {
  const parts = [
    `${capitalized(rule.severity)} when ${subjectOf(rule, signal)} ${conditionText(rule)}`,
    rule.duration > 0 ? ` for ${secondsText(rule.duration)}` : '',
    rule.minEvents === undefined ? '' : `, given at least ${shortestText(rule.minEvents)} events`,
    rule.recoveryThreshold === undefined ? '' : `, until it is back at ${shortestText(rule.recoveryThreshold)}`,
    (rule.keepFiringFor ?? 0) > 0 ? `; resolved only after ${secondsText(rule.keepFiringFor ?? 0)} of quiet` : '',
    ...Object.entries(rule.tiers ?? {}).map(([severity, threshold]) => `; ${severity} at ${shortestText(threshold)}`),
  ];
  return `${parts.join('')}.`;
}

function subjectOf(rule: AlertRule, signal: AlertSignal): string {
  const series = `${rule.metric}${matchersText(rule.matchers)}`;
  const grouped =
    rule.groupBy === undefined ? '' : rule.groupBy.length === 0 ? ' over all series' : ` by ${rule.groupBy.join(', ')}`;
  return `${signalText(signal, { series, window: durationText(windowMsOf(rule)), rule })}${grouped}`;
}

function signalText(
  signal: AlertSignal,
  { series, window, rule }: { readonly series: string; readonly window: string; readonly rule: AlertRule },
): string {
  if (signal === 'value' || signal === 'absent') return series;
  if (signal === 'rate' || (signal === 'increase' && isChange(rule))) return `the rate of ${series} over ${window}`;
  if (typeof signal === 'string') return `the ${NAMES[signal] ?? signal} of ${series} over ${window}`;
  switch (signal.kind) {
    case 'quantile':
      return `the ${percentileText(signal.q)} of ${series} over ${window}`;
    case 'fractionAbove':
      return `the share of ${series} above ${shortestText(signal.above)} over ${window}`;
    case 'predict':
      return `${series}, predicted ${secondsText(signal.seconds)} ahead from ${window},`;
    case 'ratio':
      return `the ratio of ${termText(rule, signal.numerator)} to ${termText(rule, signal.denominator)}${signal.of === 'value' ? '' : ` over ${window}`}`;
    case 'difference':
      return `${termText(rule, signal.left)} minus ${termText(rule, signal.right)}`;
    case 'query':
      return queryText(signal.expression);
    case 'custom':
    default:
      return `a function about ${series}`;
  }
}

const NAMES: Readonly<Record<string, string>> = {
  deriv: 'slope',
  delta: 'change',
  avg: 'mean',
  changes: 'number of changes',
  resets: 'number of resets',
  min: 'minimum',
  max: 'maximum',
  stddev: 'standard deviation',
};

function queryText(expression: QueryExpression): string {
  return toPromQl(expression);
}

function conditionText(rule: AlertRule): string {
  const { condition, threshold, upperThreshold } = rule;
  const text = COMPARED[condition];
  if (condition === AlertCondition.ABSENT) return text;
  if (upperThreshold !== undefined) return `${text} ${shortestText(threshold)} to ${shortestText(upperThreshold)}`;
  return `${text} ${shortestText(threshold)}${isChange(rule) ? ' % against the window before' : ''}`;
}

function termText(rule: AlertRule, { metric, matchers }: SignalTerm): string {
  return `${metric ?? rule.metric}${matchersText(matchers ?? rule.matchers)}`;
}

function matchersText(matchers: AlertRule['matchers']): string {
  if (matchers === undefined || matchers.length === 0) return '';
  return `{${matchers.map(({ name, op, value }) => `${name}${op}${JSON.stringify(value)}`).join(', ')}}`;
}

function percentileText(q: number): string {
  return `${shortestText(Number((q * 100).toPrecision(12)))}th percentile`;
}

function secondsText(seconds: number): string {
  return durationText(Math.round(seconds * 1000));
}

function capitalized(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
