import type { FamilyType, QueryExpression } from '@bduf/metrics-core/interfaces';
import { MetricQuery, type Query } from '@bduf/metrics-core/primitives';
import { AlertCondition } from '../rules/alert-condition.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import type { AlertSignal, AlertSignalName, SignalTerm } from '../rules/alert-signal.ts';
import { isLowBad } from './threshold-test.ts';

const DEFAULT_WINDOW_SECONDS = 300;
const DEFAULT_QUANTILE = 0.95;

/** Type of a metric; `undefined` when nobody knows it. */
export type TypeOf = (metric: string) => FamilyType | undefined;

type Operator = NonNullable<AlertRule['groupWith']>;

/** A signal that is a question about metrics. */
type AskedSignal = Exclude<AlertSignal, { readonly kind: 'custom' }>;

/** Signals that add up: what a group counts is the sum of what its members count. */
const COUNTING: ReadonlySet<AlertSignalName> = new Set(['increase', 'rate', 'changes', 'resets']);

/** Length of the windows of a rule, in milliseconds. */
export function windowMsOf({ window = DEFAULT_WINDOW_SECONDS }: AlertRule): number {
  return Math.round(window * 1000);
}

/** The signal of a rule, or the one that suits the type of its metric. */
export function signalOf(rule: AlertRule, typeOf: TypeOf): AlertSignal {
  if (rule.signal !== undefined) return rule.signal;
  const type = typeOf(rule.metric);
  const isDistribution = type === 'histogram' || type === 'summary';
  if (rule.condition === AlertCondition.ABSENT) return 'absent';
  if (isChange(rule)) {
    if (type !== 'counter' && !isDistribution) return 'avg';
    // Of windows of the same length, what was counted compares as the rates do, without their rounding.
    return rule.requireFullWindow === false ? 'rate' : 'increase';
  }
  if (type === 'histogram') return { kind: 'quantile', q: DEFAULT_QUANTILE };
  if (type === 'summary') return 'mean';
  return type === 'counter' ? 'increase' : 'value';
}

/** Whether a rule compares a window with the one before. */
export function isChange({ condition }: AlertRule): boolean {
  return condition === AlertCondition.RATE_INCREASE || condition === AlertCondition.RATE_DECREASE;
}

/** Whether a rule is about the present values of a gauge and nothing else. */
export function isAboutPresent(rule: AlertRule, typeOf: TypeOf): boolean {
  if (rule.groupBy !== undefined || typeOf(rule.metric) !== 'gauge' || isChange(rule)) return false;
  return signalOf(rule, typeOf) === 'value';
}

/** Whether a signal counts events, so that nothing at all means 0. */
export function isCounting(signal: AlertSignal): boolean {
  return typeof signal === 'string' && COUNTING.has(signal);
}

/** What a rule asks, that long ago. */
export class SignalExpressions {
  readonly #rule: AlertRule;
  readonly #typeOf: TypeOf;
  readonly #windowMs: number;

  constructor(rule: AlertRule, typeOf: TypeOf) {
    this.#rule = rule;
    this.#typeOf = typeOf;
    this.#windowMs = windowMsOf(rule);
  }

  /** The value that is compared. */
  of(signal: AskedSignal, offsetMs = 0): QueryExpression {
    if (typeof signal === 'string') return this.#named(signal, offsetMs).expression;
    switch (signal.kind) {
      case 'quantile':
        return this.#quantile(signal.q, offsetMs).expression;
      case 'fractionAbove':
        return this.#observations(offsetMs).fractionAbove(signal.above).expression;
      case 'predict':
        return this.#grouped(this.#base(offsetMs).predictLinear(this.#windowMs, signal.seconds)).expression;
      case 'ratio': {
        const { numerator, denominator, of = 'increase' } = signal;
        return this.#term(numerator, of, offsetMs).dividedBy(this.#term(denominator, of, offsetMs), { missing: 0 })
          .expression;
      }
      case 'difference': {
        const { left, right, of = 'value' } = signal;
        return this.#term(left, of, offsetMs).minus(this.#term(right, of, offsetMs)).expression;
      }
      case 'query':
      default:
        return signal.expression;
    }
  }

  /** How many events the value is made from; `undefined` for signals that have none. */
  events(signal: AskedSignal): QueryExpression | undefined {
    if (typeof signal !== 'string' && signal.kind === 'ratio')
      return this.#term(signal.denominator, signal.of ?? 'increase', 0).expression;
    if (!this.#isHistogram) return undefined;
    return this.#observations(0).expression;
  }

  get #isHistogram(): boolean {
    const type = this.#typeOf(this.#rule.metric);
    return type === 'histogram' || type === 'summary';
  }

  #base(offsetMs: number, term: SignalTerm = {}): MetricQuery {
    const metric = term.metric ?? this.#rule.metric;
    const matchers = term.matchers ?? this.#rule.matchers;
    // The array itself is handed on, since stores remember what an array of matchers selects.
    return new MetricQuery({
      kind: 'select',
      selector: { metric, ...(matchers !== undefined && { matchers }) },
      ...(offsetMs > 0 && { offsetMs }),
    });
  }

  #named(signal: AlertSignalName, offsetMs: number): Query {
    const base = this.#base(offsetMs);
    const window = this.#windowMs;
    switch (signal) {
      case 'value':
      case 'absent':
        return this.#grouped(base);
      case 'increase':
        return this.#grouped(base.increase(window), 'sum');
      case 'rate':
        return this.#grouped(base.rate(window), 'sum');
      case 'delta':
        return this.#grouped(base.delta(window));
      case 'deriv':
        return this.#grouped(base.deriv(window));
      case 'changes':
        return this.#grouped(base.changes(window), 'sum');
      case 'resets':
        return this.#grouped(base.resets(window), 'sum');
      case 'mean':
        return this.#isHistogram ? this.#observations(offsetMs).average() : this.#grouped(base.avgOverTime(window));
      case 'avg':
        return this.#grouped(base.avgOverTime(window));
      case 'min':
        return this.#grouped(base.minOverTime(window));
      case 'max':
        return this.#grouped(base.maxOverTime(window));
      case 'sum':
        return this.#grouped(base.sumOverTime(window), 'sum');
      case 'stddev':
      default:
        return this.#grouped(base.stddevOverTime(window));
    }
  }

  #quantile(q: number, offsetMs: number): Query {
    if (this.#isHistogram) return this.#observations(offsetMs).quantile(q);
    return this.#grouped(this.#base(offsetMs).quantileOverTime(this.#windowMs, q));
  }

  /** Observations of the window as histograms; those of a group are added bucket by bucket. */
  #observations(offsetMs: number): Query {
    // Counts, not rates: quotients of whole numbers are rounded once only.
    const counted = this.#base(offsetMs).increase(this.#windowMs);
    const { groupBy } = this.#rule;
    return groupBy === undefined ? counted : counted.sumBy(...groupBy);
  }

  #grouped(series: Query, usual: Operator = isLowBad(this.#rule.condition) ? 'min' : 'max'): Query {
    const { groupBy, groupWith = usual } = this.#rule;
    return groupBy === undefined ? series : series.aggregate(groupWith, { by: groupBy });
  }

  #term(term: SignalTerm, of: 'value' | 'increase' | 'rate', offsetMs: number): Query {
    const base = this.#base(offsetMs, term);
    const series = of === 'value' ? base : of === 'rate' ? base.rate(this.#windowMs) : base.increase(this.#windowMs);
    return series.sumBy(...(this.#rule.groupBy ?? []));
  }
}
