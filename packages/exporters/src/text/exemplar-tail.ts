import type { Exemplar } from '@bduf/metrics-core/interfaces';
import { MAX_NUMBER_BYTES } from '../bytes/write-number.ts';
import { renderTextLabel } from './escape-text.ts';

/** OpenMetrics allows this many code points in names and values of an exemplar's labels together. */
const MAX_CODE_POINTS = 128;
/**
 * Most bytes an exemplar takes: four for each code point (an escaped one has fewer), `=""` and a comma for each label,
 * whose name is at least one code point, two numbers, and what stands around them.
 */
export const MAX_EXEMPLAR_BYTES: number = MAX_CODE_POINTS * 4 + MAX_CODE_POINTS * 4 + 2 * MAX_NUMBER_BYTES + 8;
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * The end of a sample line that carries an exemplar. Empty for one that the format cannot say: an illegal label name,
 * too many code points, a value or time that is not finite.
 */
export function exemplarTail({ labels, value, timestampMs }: Exemplar): string {
  const entries = Object.entries(labels);
  const isLegal =
    Number.isFinite(value) &&
    Number.isFinite(timestampMs) &&
    entries.every(([name]) => LABEL_NAME.test(name)) &&
    codePoints(entries) <= MAX_CODE_POINTS;
  if (!isLegal) return '';
  const rendered = entries.map(([name, text]) => renderTextLabel(name, text)).join(',');
  return ` # {${rendered}} ${value} ${timestampMs / 1000}`;
}

function codePoints(entries: readonly (readonly [string, string])[]): number {
  return entries.reduce((sum, [name, text]) => sum + name.length + Array.from(text).length, 0);
}
