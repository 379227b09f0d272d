import type { ExpositionFamily, ExpositionSample } from './exposition-family.ts';
import type { ExpositionRules } from './exposition-rules.ts';

/** What is wrong with the value of a sample, by its type and suffix. */
export function valueFault(
  family: ExpositionFamily,
  { name, labels, value }: ExpositionSample,
  rules: ExpositionRules,
): string | undefined {
  const { type } = family;
  const suffix = name.slice(family.name.length);
  if (suffix === '_bucket' || suffix === '_count' || suffix === '_gcount') {
    if (!(value >= 0) || !Number.isInteger(value)) return `${name} ${value} is no count`;
  }
  if (!rules.isOpenMetrics) return undefined;
  if ((suffix === '_total' || suffix === '_sum') && !(value >= 0)) return `${name} ${value} is NaN or negative`;
  if (type === 'info' && value !== 1) return `${name} ${value} is not 1`;
  if (type !== 'stateset') return undefined;
  if (labels[family.name] === undefined) return `a state without the label "${family.name}"`;
  return value === 0 || value === 1 ? undefined : `${name} ${value} is neither 0 nor 1`;
}
