import type { LabelMatcher } from '../../interfaces/label-matcher.ts';
import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import { compileMatchers } from '../matching/compile-matchers.ts';

/**
 * What the value of a label must be: that text, one of several, another one, or what a regular expression matches from end to
 * end. A label that a series lacks counts as the empty string.
 */
export type LabelCondition =
  | string
  | readonly string[]
  | { readonly not: string | readonly string[] }
  | { readonly matches: string }
  | { readonly matchesNot: string };

/** Conditions by label name; all of them must hold. */
export type LabelConditions = Readonly<Record<string, LabelCondition>>;

/**
 * Turns conditions into matchers.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a condition of another form, or a regular expression that PromQL
 *   refuses.
 */
export function whereMatchers(conditions: LabelConditions): readonly LabelMatcher[] {
  const matchers = Object.entries(conditions).map(([name, condition]) => matcherOf(name, condition));
  // A pattern that nobody can use is refused where it is written.
  compileMatchers(matchers);
  return matchers;
}

function matcherOf(name: string, condition: LabelCondition): LabelMatcher {
  if (typeof condition === 'string') return { name, op: '=', value: condition };
  if (isList(condition)) return { name, op: '=~', value: oneOf(condition) };
  if ('matches' in condition) return { name, op: '=~', value: condition.matches };
  if ('matchesNot' in condition) return { name, op: '!~', value: condition.matchesNot };
  if ('not' in condition) {
    const { not } = condition;
    return typeof not === 'string' ? { name, op: '!=', value: not } : { name, op: '!~', value: oneOf(not) };
  }
  throw new MetricsError(
    MetricsErrorCode.ARGUMENT_INVALID,
    `The condition on label "${name}" is ${JSON.stringify(condition)}. Use a text, a list of texts, { not }, { matches } or { matchesNot }.`,
  );
}

/** `Array.isArray` does not tell read-only arrays apart. */
function isList(condition: Exclude<LabelCondition, string>): condition is readonly string[] {
  return Array.isArray(condition);
}

function oneOf(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('|');
}
