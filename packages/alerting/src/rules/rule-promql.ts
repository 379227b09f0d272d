import type { FamilyType, QueryExpression, Severity } from '@bduf/metrics-core/interfaces';
import { toPromQl } from '@bduf/metrics-core/primitives';
import { SignalExpressions, type TypeOf, isChange, signalOf, windowMsOf } from '../evaluation/signal-expression.ts';
import { type Tier, thresholdTest } from '../evaluation/threshold-test.ts';
import { AlertCondition } from './alert-condition.ts';
import type { AlertRule } from './alert-rule.ts';

/** Options of what is said in PromQL. */
export interface RulePromQlOptions {
  /** Types of metrics by name. Default: those of the metrics that our packages record; else a guess by the suffix `_total`. */
  readonly types?: Readonly<Record<string, FamilyType>>;
  /** How histograms are stored in Prometheus. Default `classic`. */
  readonly histograms?: 'classic' | 'native';
}

/** One threshold of a rule in PromQL. */
export interface PromQlTier {
  /** How severe it is to be beyond it. */
  readonly severity: Severity;
  /** An expression that has a value while it is. */
  readonly expression: string;
}

const OPERATORS: Readonly<Partial<Record<AlertCondition, string>>> = {
  [AlertCondition.GREATER_THAN]: '>',
  [AlertCondition.RATE_INCREASE]: '>',
  [AlertCondition.RATE_DECREASE]: '>',
  [AlertCondition.LESS_THAN]: '<',
  [AlertCondition.GREATER_OR_EQUAL]: '>=',
  [AlertCondition.LESS_OR_EQUAL]: '<=',
  [AlertCondition.EQUALS]: '==',
  [AlertCondition.NOT_EQUALS]: '!=',
};

/**
 * The thresholds of a rule in PromQL, most severe first; `undefined` for what PromQL cannot say, which are custom signals.
 *
 * Prometheus extrapolates increases, counts a series only from its second sample, and takes NaN for unequal to everything: there
 * its answers differ from those of `exact` semantics.
 */
export function rulePromQl(
  rule: AlertRule,
  typeOf: TypeOf,
  histograms: 'classic' | 'native',
): readonly PromQlTier[] | undefined {
  const signal = signalOf(rule, typeOf);
  if (typeof signal !== 'string' && signal.kind === 'custom') return undefined;
  const expressions = new SignalExpressions(rule, typeOf);
  const print = (expression: QueryExpression): string =>
    toPromQl(expression, { histograms, histogramMetrics: histogramsOf(rule, typeOf) });
  const { tiers } = thresholdTest(rule);
  if (signal === 'absent') {
    return [{ severity: rule.severity, expression: `absent(${print(ungrouped(rule, typeOf))})` }];
  }
  const value = isChange(rule)
    ? changeText(rule, print(expressions.of(signal)), print(expressions.of(signal, windowMsOf(rule))))
    : print(expressions.of(signal));
  const events = rule.minEvents === undefined || isChange(rule) ? undefined : expressions.events(signal);
  const enough = events && `${print(events)} >= ${numberText(rule.minEvents ?? 0)}`;
  return tiers.map((tier) => {
    const isLeast = tier === tiers.at(-1);
    return { severity: tier.severity, expression: given(enough, alternatives(rule, tier, { value, isLeast })) };
  });
}

/** Expressions of which one has a value, provided that another one has. */
function given(enough: string | undefined, either: readonly string[]): string {
  return either.map((each) => (enough === undefined ? each : `${each} and ${enough}`)).join(' or ');
}

function ungrouped(rule: AlertRule, typeOf: TypeOf): QueryExpression {
  const { groupBy, ...others } = rule;
  return new SignalExpressions(groupBy === undefined ? rule : others, typeOf).of('value');
}

/** What is 0/0 is NaN, which exceeds nothing. */
function changeText({ condition }: AlertRule, recent: string, earlier: string): string {
  const [from, to] = condition === AlertCondition.RATE_INCREASE ? [recent, earlier] : [earlier, recent];
  return `100 * ((${from}) - (${to})) / (${earlier})`;
}

/** Comparisons of which one must hold. Nothing in a value binds weaker than they do. */
function alternatives(
  rule: AlertRule,
  { threshold }: Tier,
  { value, isLeast }: { readonly value: string; readonly isLeast: boolean },
): readonly string[] {
  const { condition, upperThreshold = Infinity, recoveryThreshold } = rule;
  const [lower, upper] = [numberText(threshold), numberText(upperThreshold)];
  if (condition === AlertCondition.INSIDE) return [`${value} >= ${lower} <= ${upper}`];
  if (condition === AlertCondition.OUTSIDE) return [`${value} < ${lower}`, `${value} > ${upper}`];
  const operator = OPERATORS[condition] ?? '>';
  const beyond = `${value} ${operator} ${lower}`;
  // What is less severe takes over before an alert recovers.
  if (recoveryThreshold === undefined || !isLeast) return [beyond];
  const own = ['alertname', 'alertstate', 'severity', ...Object.keys(rule.labels)].join(', ');
  const fires = `ALERTS{alertname=${JSON.stringify(rule.name)}, alertstate="firing"}`;
  const remains = `${value} ${operator.replace('=', '')} ${numberText(recoveryThreshold)}`;
  return [beyond, `${remains} and ignoring (${own}) ${fires}`];
}

function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function histogramsOf(rule: AlertRule, typeOf: TypeOf): readonly string[] {
  const { signal } = rule;
  const named = typeof signal === 'object' ? termMetrics(signal) : [];
  return [rule.metric, ...named].filter((metric) => typeOf(metric) === 'histogram' || typeOf(metric) === 'summary');
}

function termMetrics(signal: Exclude<AlertRule['signal'], string | undefined>): readonly string[] {
  if (signal.kind === 'ratio')
    return [signal.numerator.metric, signal.denominator.metric].filter((metric) => metric !== undefined);
  if (signal.kind === 'difference')
    return [signal.left.metric, signal.right.metric].filter((metric) => metric !== undefined);
  return [];
}
