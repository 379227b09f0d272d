import type { LabelMatcher } from '../../interfaces/label-matcher.ts';
import { durationText } from './duration.ts';

const METRIC_NAME = /^[A-Za-z_:][\w:]*$/;
const LABEL_NAME = /^[A-Za-z_]\w*$/;

/** A number in PromQL. */
export function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  return String(value);
}

/** A selector of series in PromQL; names that are not of the old alphabet are quoted. */
export function selectorText(metric: string, matchers: readonly LabelMatcher[] = []): string {
  const conditions = matchers.map(({ name, op, value }) => `${labelText(name)}${op}${quoted(value)}`);
  if (!METRIC_NAME.test(metric)) return `{${[quoted(metric), ...conditions].join(',')}}`;
  return conditions.length === 0 ? metric : `${metric}{${conditions.join(',')}}`;
}

/** A list of label names in PromQL, in parentheses. */
export function labelsText(names: readonly string[]): string {
  return `(${names.map(labelText).join(', ')})`;
}

/** `offset` and a space before it, or nothing. */
export function offsetText(offsetMs: number | undefined): string {
  if (offsetMs === undefined || offsetMs === 0) return '';
  return ` offset ${offsetMs < 0 ? '-' : ''}${durationText(Math.abs(offsetMs))}`;
}

function labelText(name: string): string {
  return LABEL_NAME.test(name) ? name : quoted(name);
}

/** Go's escapes, which are nearly those of JSON. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('\\/', '/');
}
