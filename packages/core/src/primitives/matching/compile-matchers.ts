import type { LabelMatcher } from '../../interfaces/label-matcher.ts';
import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import { compilePattern } from './label-pattern.ts';

/** Whether labels are meant. */
export type LabelsTest = (labels: Readonly<Record<string, string>>) => boolean;

/**
 * Turns matchers into one test of labels. All of them must match; without matchers everything does. A label that is missing
 * counts as the empty string. Regular expressions have the syntax of PromQL and match from end to end, in linear time.
 *
 * @param matchers - Conditions; read once.
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for an unknown operator, or a regular expression that PromQL refuses or
 *   that is longer than 1000 characters.
 */
export function compileMatchers(matchers: readonly LabelMatcher[]): LabelsTest {
  const tests = matchers.map(({ name, op, value }) => ({ name, test: valueTest(op, value) }));
  const [only] = tests;
  if (only === undefined) return () => true;
  if (tests.length === 1) return (labels) => only.test(labelOf(labels, only.name));
  return (labels) => {
    for (const { name, test } of tests) {
      if (!test(labelOf(labels, name))) return false;
    }
    return true;
  };
}

function valueTest(op: LabelMatcher['op'], expected: string): (value: string) => boolean {
  switch (op) {
    case '=':
      return (value) => value === expected;
    case '!=':
      return (value) => value !== expected;
    case '=~':
      return compilePattern(expected);
    case '!~': {
      const matches = compilePattern(expected);
      return (value) => !matches(value);
    }
    default:
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `A label matcher has the operator ${JSON.stringify(op)}. Use one of "=", "!=", "=~" and "!~".`,
      );
  }
}

function labelOf(labels: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}
