import { MetricsError, MetricsErrorCode } from '../../interfaces/metrics-error.ts';
import { parsePattern } from './parse-pattern.ts';
import { PatternProgram } from './pattern-program.ts';

const MAX_PATTERN_LENGTH = 1000;
/** Verdicts kept. Label values repeat: a few hundred cover nearly all questions. */
const MAX_VERDICTS = 1000;

/**
 * Makes the test whether a value matches a regular expression from end to end, in the syntax and with the meaning of PromQL
 * (RE2). Takes linear time whatever pattern and value are; verdicts of recent values are kept.
 *
 * @throws MetricsError `METRICS_ERR_ARGUMENT_INVALID` for a pattern that PromQL refuses, or that is longer than 1000
 *   characters.
 */
export function compilePattern(pattern: string): (value: string) => boolean {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new MetricsError(
      MetricsErrorCode.ARGUMENT_INVALID,
      `A regular expression has ${pattern.length} characters, "${pattern.slice(0, 40)}…". Use at most ${MAX_PATTERN_LENGTH}.`,
    );
  }
  // Lists of values are the usual case, and need no machine.
  if (/^[\w/|]*$/.test(pattern)) {
    const values = new Set(pattern.split('|'));
    return (value) => values.has(value);
  }
  return remembering(new PatternProgram(parsePattern(pattern)));
}

function remembering(program: PatternProgram): (value: string) => boolean {
  const verdicts = new Map<string, boolean>();
  return (value) => {
    const known = verdicts.get(value);
    if (known !== undefined) return known;
    const verdict = program.matches(value);
    if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
    verdicts.set(value, verdict);
    return verdict;
  };
}
