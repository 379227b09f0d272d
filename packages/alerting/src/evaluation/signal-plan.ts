import type { HistoryAnswer, HistoryQuery, QueryExpression } from '@bduf/metrics-core/interfaces';
import { MetricsError, MetricsErrorCode, QuerySemantics } from '@bduf/metrics-core/interfaces';
import { AlertCondition } from '../rules/alert-condition.ts';
import type { AlertRule } from '../rules/alert-rule.ts';
import type { AlertSignal, CustomSignalValue } from '../rules/alert-signal.ts';
import { NoDataReason } from './alert-instance.ts';
import { changeInPercent } from './change-in-percent.ts';
import { SignalExpressions, type TypeOf, isChange, isCounting, signalOf, windowMsOf } from './signal-expression.ts';

type Labels = Readonly<Record<string, string>>;

/** Told the value of each series; with a reason, there is none. */
export type SeeSeries = (labels: Labels, value: number, reason?: NoDataReason) => void;

/** What a rule asks, and how the answers become values. */
export interface SignalPlan {
  /** Questions at a moment. */
  questions(atMs: number): readonly HistoryQuery[];
  /** How many. */
  readonly questionCount: number;
  /** Metrics that must be kept for them. */
  readonly metrics: readonly string[];
  /** How far they look back, in milliseconds. */
  readonly reachMs: number;
  /** Reads the answers to the questions, in the same order. */
  read(answers: readonly HistoryAnswer[], atMs: number, see: SeeSeries): void;
}

/** Coverage is a quotient of sums; what is missing for rounding is not missing. */
const FULL_COVERAGE = 1 - 1e-9;

/** A function that has taken longer is a failure: nothing else ran meanwhile. */
const CUSTOM_LIMIT_MS = 50;

/** What a plan is made for. */
export interface PlanContext {
  readonly typeOf: TypeOf;
  readonly monotonicMs: () => number;
}

/** Works out what a rule asks. */
export function planSignal(rule: AlertRule, context: PlanContext): SignalPlan {
  const signal = signalOf(rule, context.typeOf);
  if (typeof signal !== 'string' && signal.kind === 'custom') return customPlan(signal.evaluate, context.monotonicMs);
  const expressions = new SignalExpressions(rule, context.typeOf);
  if (isChange(rule)) {
    return changePlan(rule, signal, [expressions.of(signal), expressions.of(signal, windowMsOf(rule))]);
  }
  const expression = expressions.of(signal);
  if (signal === 'absent') return askedPlan(rule, [expression], readAbsence(rule));
  const events = rule.minEvents === undefined ? undefined : expressions.events(signal);
  return askedPlan(rule, events === undefined ? [expression] : [expression, events], readValues(rule, signal));
}

type ReadAnswers = SignalPlan['read'];

function askedPlan(rule: AlertRule, expressions: readonly QueryExpression[], read: ReadAnswers): SignalPlan {
  const { semantics = QuerySemantics.EXACT } = rule;
  const reaches = expressions.map((expression) => reachOf(expression));
  return {
    metrics: [...new Set(expressions.flatMap((expression) => metricsOf(expression)))],
    reachMs: Math.max(...reaches),
    questionCount: expressions.length,
    questions: (atMs) =>
      expressions.map((expression) => ({ expression, startMs: atMs, endMs: atMs, stepMs: 0, semantics })),
    read,
  };
}

function readValues(rule: AlertRule, signal: AlertSignal): ReadAnswers {
  const { requireFullWindow = false, minEvents = 0 } = rule;
  const isRatio = typeof signal !== 'string' && signal.kind === 'ratio';
  return ([answer, events], _atMs, see) => {
    const counts = events === undefined ? undefined : byLabels(events);
    for (const { labels, values, coverage } of answer?.series ?? []) {
      const value = values[0] ?? NaN;
      if (requireFullWindow && coverage < FULL_COVERAGE) see(labels, NaN, NoDataReason.WINDOW_INCOMPLETE);
      else if (counts !== undefined && (counts.get(textOf(labels)) ?? 0) < minEvents)
        see(labels, NaN, NoDataReason.TOO_FEW_EVENTS);
      else if (Number.isNaN(value) || (isRatio && !Number.isFinite(value))) see(labels, NaN, NoDataReason.NO_DATA);
      else see(labels, value);
    }
  };
}

/** As in PromQL, the alert has the labels that its matchers prescribe. */
function readAbsence(rule: AlertRule): ReadAnswers {
  const labels = prescribedLabels(rule);
  return ([answer], _atMs, see) => see(labels, answer === undefined || answer.series.length === 0 ? 1 : 0);
}

function changePlan(rule: AlertRule, signal: AlertSignal, expressions: readonly QueryExpression[]): SignalPlan {
  const { requireFullWindow = true, minEvents = 1, semantics = QuerySemantics.EXACT } = rule;
  const isIncrease = rule.condition === AlertCondition.RATE_INCREASE;
  const isCounted = isCounting(signal);
  const change = changeInPercent({
    isIncrease,
    leastRate: isCounted ? minEvents / (signal === 'rate' ? windowMsOf(rule) / 1000 : 1) : 0,
  });
  return askedPlan(rule, expressions, ([recent, earlier], _atMs, see) => {
    const before = new Map(earlier?.series.map((series) => [textOf(series.labels), series]));
    // Nothing was counted where nobody was there although somebody looked. Prometheus does not know whether anybody did.
    const isKnown = semantics === QuerySemantics.EXACT && (earlier?.coverage ?? 0) >= FULL_COVERAGE;
    const none = isCounted && isKnown ? 0 : NaN;
    for (const { labels, values, coverage } of recent?.series ?? []) {
      const base = before.get(textOf(labels));
      const isPartial = coverage < FULL_COVERAGE || (base?.coverage ?? (Number.isNaN(none) ? 0 : 1)) < FULL_COVERAGE;
      const value = change(values[0] ?? NaN, base === undefined ? none : (base.values[0] ?? NaN));
      if (requireFullWindow && isPartial) see(labels, NaN, NoDataReason.WINDOW_INCOMPLETE);
      else if (Number.isNaN(value)) see(labels, NaN, NoDataReason.NO_DATA);
      else see(labels, value);
    }
  });
}

function customPlan(
  evaluate: (atMs: number) => number | readonly CustomSignalValue[],
  monotonicMs: () => number,
): SignalPlan {
  return {
    metrics: [],
    reachMs: 0,
    questionCount: 0,
    questions: () => [],
    read(_answers, atMs, see) {
      const beganMs = monotonicMs();
      const result = evaluate(atMs);
      const tookMs = monotonicMs() - beganMs;
      if (tookMs > CUSTOM_LIMIT_MS) {
        throw new MetricsError(
          MetricsErrorCode.ARGUMENT_INVALID,
          `The custom signal took ${Math.round(tookMs)} ms. Make it look up within ${CUSTOM_LIMIT_MS} ms what is worked out elsewhere.`,
        );
      }
      const values = typeof result === 'number' ? [{ value: result }] : result;
      for (const { labels = {}, value } of values)
        see(labels, value, Number.isNaN(value) ? NoDataReason.NO_DATA : undefined);
    },
  };
}

/** Labels that the matchers of a rule leave no choice about. */
export function prescribedLabels({ matchers = [] }: AlertRule): Labels {
  return Object.fromEntries(matchers.filter(({ op }) => op === '=').map(({ name, value }) => [name, value]));
}

function byLabels({ series }: HistoryAnswer): ReadonlyMap<string, number> {
  return new Map(series.map(({ labels, values }) => [textOf(labels), values[0] ?? NaN]));
}

function textOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function metricsOf(expression: QueryExpression): readonly string[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'select':
    case 'window':
      return [expression.selector.metric];
    case 'binary':
      return [...metricsOf(expression.left), ...metricsOf(expression.right)];
    case 'histogram':
    case 'aggregate':
    default:
      return metricsOf(expression.of);
  }
}

/** A value that is only selected counts for as long as Prometheus looks back. */
const LOOKBACK_MS = 300_000;

function reachOf(expression: QueryExpression): number {
  switch (expression.kind) {
    case 'number':
      return 0;
    case 'select':
      return (expression.offsetMs ?? 0) + LOOKBACK_MS;
    case 'window':
      return (expression.offsetMs ?? 0) + expression.windowMs;
    case 'binary':
      return Math.max(reachOf(expression.left), reachOf(expression.right));
    case 'histogram':
    case 'aggregate':
    default:
      return reachOf(expression.of);
  }
}
