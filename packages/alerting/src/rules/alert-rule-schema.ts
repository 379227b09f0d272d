import { MetricsError, QuerySemantics, Severity } from '@bduf/metrics-core/interfaces';
import { Query, compileMatchers } from '@bduf/metrics-core/primitives';
import { z } from 'zod';
import { parseTemplate } from '../templates/parse-template.ts';
import { AlertCondition } from './alert-condition.ts';
import { type AlertRule, NoDataPolicy } from './alert-rule.ts';
import type { AlertSignal } from './alert-signal.ts';

const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

const finite = z.number();
/** Infinite thresholds are legal; NaN never is. */
const threshold = z.union([z.number(), z.literal(Infinity), z.literal(-Infinity)]);
/** Query windows are whole milliseconds. */
const seconds = z.number().refine((value) => Number.isSafeInteger(Math.round(value * 1000)) && isMillis(value), {
  error: 'must be seconds with at most three decimals',
});
const window = seconds.refine((value) => value > 0, { error: 'must be above 0' });
const labelName = z.string().regex(LABEL_NAME, 'must be a label name, [a-zA-Z_][a-zA-Z0-9_]*');
const metricName = z.string().regex(METRIC_NAME, 'must be a metric name, [a-zA-Z_:][a-zA-Z0-9_:]*');
const template = z.string().superRefine((text, context) => explain(context, () => parseTemplate(text)));

const matchers = z
  .array(z.strictObject({ name: labelName, op: z.enum(['=', '!=', '=~', '!~']), value: z.string() }))
  .superRefine((list, context) => explain(context, () => compileMatchers(list)));

const term = z.strictObject({ metric: metricName.optional(), matchers: matchers.optional() });
const operand = z.enum(['value', 'increase', 'rate']).optional();

const signalName = z.enum([
  'value',
  'increase',
  'rate',
  'delta',
  'deriv',
  'avg',
  'min',
  'max',
  'sum',
  'stddev',
  'changes',
  'resets',
  'mean',
  'absent',
]);

const signal = z.union([
  signalName,
  z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('quantile'), q: z.number().min(0).max(1) }),
    z.strictObject({ kind: z.literal('fractionAbove'), above: finite }),
    z.strictObject({ kind: z.literal('predict'), seconds: finite }),
    z.strictObject({ kind: z.literal('ratio'), numerator: term, denominator: term, of: operand }),
    z.strictObject({ kind: z.literal('difference'), left: term, right: term, of: operand }),
    z.strictObject({
      kind: z.literal('query'),
      expression: z.custom<Extract<AlertSignal, { kind: 'query' }>['expression']>(isExpression, {
        error: 'must be an expression, as query(…).expression gives it',
      }),
    }),
    z.strictObject({
      kind: z.literal('custom'),
      evaluate: z.custom<Extract<AlertSignal, { kind: 'custom' }>['evaluate']>((value) => typeof value === 'function', {
        error: 'must be a function',
      }),
    }),
  ]),
]);

const tiers = z.strictObject({
  info: threshold.optional(),
  warning: threshold.optional(),
  error: threshold.optional(),
  critical: threshold.optional(),
});

const ruleSchema = z
  .strictObject({
    name: z.string().min(1, 'must not be empty'),
    description: template,
    metric: metricName,
    condition: z.enum(AlertCondition),
    threshold,
    duration: seconds.refine((value) => value >= 0, { error: 'must be at least 0' }),
    severity: z.enum(Severity),
    labels: z.record(labelName, template),
    notifications: z.array(z.string().min(1)),
    signal: signal.optional(),
    window: window.optional(),
    groupBy: z.array(labelName).optional(),
    groupWith: z.enum(['sum', 'avg', 'min', 'max']).optional(),
    matchers: matchers.optional(),
    upperThreshold: threshold.optional(),
    keepFiringFor: seconds.min(0).optional(),
    recoveryThreshold: threshold.optional(),
    tiers: tiers.optional(),
    noData: z.enum(NoDataPolicy).optional(),
    staleAfter: window.optional(),
    requireFullWindow: z.boolean().optional(),
    minEvents: z.number().min(0).optional(),
    annotations: z.record(labelName, template).optional(),
    runbookUrl: z.string().optional(),
    enabled: z.boolean().optional(),
    interval: window.optional(),
    maxAlerts: z.number().int().min(1).optional(),
    semantics: z.enum(QuerySemantics).optional(),
  })
  .superRefine(checkTogether);

/** Schema of an {@link AlertRule}, for rules that come from a file. Unknown fields are refused. */
export const alertRuleSchema: z.ZodType<AlertRule> =
  // zod infers optional fields that may be undefined, which exactOptionalPropertyTypes tells apart; it leaves absent ones out.
  ruleSchema as unknown as z.ZodType<AlertRule>;

/**
 * Checks a rule and copies it.
 *
 * @throws MetricsError `METRICS_ERR_ALERT_RULE_INVALID` that names the path of every field at fault.
 */
export function parseAlertRule(rule: unknown): AlertRule {
  const { data, error } = alertRuleSchema.safeParse(rule);
  if (error === undefined) return data;
  const problems = error.issues.flatMap(innermost).map(({ path, message }) => `${pathText(path)}: ${message}`);
  throw new MetricsError(
    'METRICS_ERR_ALERT_RULE_INVALID',
    `The alert rule ${nameText(rule)} is invalid: ${problems.join('; ')}. Correct these fields.`,
  );
}

/** Of a value that may have several forms, what is wrong with the form that fits best. */
function innermost(issue: z.core.$ZodIssue): readonly Pick<z.core.$ZodIssue, 'path' | 'message'>[] {
  if (issue.code !== 'invalid_union') return [issue];
  const depth = (issues: readonly z.core.$ZodIssue[]): number => Math.max(...issues.map(({ path }) => path.length));
  const best = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
  if (best.length === 0) return [issue];
  return best.flatMap(innermost).map(({ path, message }) => ({ message, path: [...issue.path, ...path] }));
}

/** What zod hands to a check that reports by itself. */
interface Reporter {
  addIssue(issue: { readonly code: 'custom'; readonly message: string; readonly path?: (string | number)[] }): void;
}

function checkTogether(rule: Pick<AlertRule, 'condition' | 'threshold'> & RangeFields, context: Reporter): void {
  const report = (path: string, message: string): void => context.addIssue({ code: 'custom', path: [path], message });
  const { condition, upperThreshold } = rule;
  const isRange = condition === AlertCondition.INSIDE || condition === AlertCondition.OUTSIDE;
  if (isRange && upperThreshold === undefined) report('upperThreshold', `is needed by the condition "${condition}"`);
  if (!isRange && upperThreshold !== undefined) report('upperThreshold', 'belongs to "inside" and "outside" only');
  if (upperThreshold !== undefined && upperThreshold < rule.threshold) {
    report('upperThreshold', `is ${upperThreshold}, below the threshold ${rule.threshold}`);
  }
  if (ORDERED.has(condition)) return;
  if (rule.recoveryThreshold !== undefined) report('recoveryThreshold', `has no meaning with "${condition}"`);
  if (rule.tiers !== undefined) report('tiers', `have no meaning with "${condition}"`);
}

interface RangeFields {
  readonly upperThreshold?: number | undefined;
  readonly recoveryThreshold?: number | undefined;
  readonly tiers?: object | undefined;
}

/** Conditions in which one direction is the bad one. */
const ORDERED: ReadonlySet<AlertCondition> = new Set([
  AlertCondition.GREATER_THAN,
  AlertCondition.GREATER_OR_EQUAL,
  AlertCondition.LESS_THAN,
  AlertCondition.LESS_OR_EQUAL,
  AlertCondition.RATE_INCREASE,
  AlertCondition.RATE_DECREASE,
]);

function isMillis(value: number): boolean {
  return Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-6;
}

function isExpression(value: unknown): boolean {
  try {
    // What is no expression is refused by the constructor or cannot be printed; whatever is thrown says the same.
    return typeof value === 'object' && value !== null && new Query(value as never).toString() !== '';
  } catch {
    return false;
  }
}

function explain(context: Reporter, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the rule' : path.map(String).join('.');
}

function nameText(rule: unknown): string {
  const hasName = typeof rule === 'object' && rule !== null && 'name' in rule;
  return hasName ? JSON.stringify(rule.name) : 'without a name';
}
