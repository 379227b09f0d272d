import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { uniqueNames } from '../families/unique-names.ts';

/** Sample names that a type derives from the family name and that no other family may have. */
const DERIVED: Partial<Record<FamilyType, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
};

/**
 * Finds a type for each family under which OpenMetrics can show it without changing any sample name.
 *
 * OpenMetrics derives `x_total` from a counter family `x` and `x_info` from an info family `x`. A counter named without
 * `_total`, or whose family name another family needs, is therefore shown as `unknown`, an info likewise as `gauge`.
 */
export function openMetricsTypes(families: readonly MetricFamily[]): readonly FamilyType[] {
  const taken = uniqueNames(families);
  for (const { name, type } of families) {
    for (const suffix of DERIVED[type] ?? []) taken.add(name + suffix);
  }
  return families.map(({ name, type }) => {
    if (type === 'counter') return claimBase(name, '_total', ['', '_created'], taken) ? 'counter' : 'unknown';
    if (type === 'info') return claimBase(name, '_info', [''], taken) ? 'info' : 'gauge';
    return type;
  });
}

/** The family name under which a type is shown. */
export function openMetricsName({ name }: MetricFamily, shownAs: FamilyType): string {
  if (shownAs === 'counter') return name.slice(0, -'_total'.length);
  return shownAs === 'info' ? name.slice(0, -'_info'.length) : name;
}

/** Takes the name without its suffix, and what is derived from it; false when it lacks the suffix or one is taken. */
function claimBase(name: string, suffix: string, derived: readonly string[], taken: Set<string>): boolean {
  const base = name.slice(0, -suffix.length);
  if (!name.endsWith(suffix) || base === '' || derived.some((extra) => taken.has(base + extra))) return false;
  for (const extra of derived) taken.add(base + extra);
  return true;
}
