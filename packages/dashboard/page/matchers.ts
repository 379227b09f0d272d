import type { LabelMatcher } from '@bduf/metrics-core/interfaces';

const MATCHER = /^\s*([a-zA-Z_][\w.]*)\s*(=~|!~|!=|=)\s*"?(.*?)"?\s*$/;

/** Reads a condition such as `route=~/api/.*`; `undefined` when it is none. */
export function parseMatcher(text: string): LabelMatcher | undefined {
  const [, name, op, value] = MATCHER.exec(text) ?? [];
  if (name === undefined || value === undefined) return undefined;
  return op === '=' || op === '!=' || op === '=~' || op === '!~' ? { name, op, value } : undefined;
}

/** Writes a condition as it is read. */
export function matcherText({ name, op, value }: LabelMatcher): string {
  return `${name}${op}"${value}"`;
}
