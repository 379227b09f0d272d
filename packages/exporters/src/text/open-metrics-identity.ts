import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { uniqueNames } from './unique-names.ts';

/** The name and type under which OpenMetrics shows a family. */
export interface OpenMetricsIdentity {
  /** Family name: without `_total` or `_info`. */
  readonly name: string;
  /** Type word; our type names are those of OpenMetrics. */
  readonly type: FamilyType;
}

/** Sample names that a type derives from the family name and that no other family may have. */
const DERIVED: Partial<Record<FamilyType, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
};

/**
 * Finds a legal identity for each family without changing any sample name.
 *
 * OpenMetrics derives `x_total` from a counter family `x` and `x_info` from an info family `x`. A counter named without
 * `_total`, or whose family name another family needs, is therefore shown as `unknown`, an info likewise as `gauge`.
 */
export function openMetricsIdentities(families: readonly MetricFamily[]): readonly OpenMetricsIdentity[] {
  const taken = uniqueNames(families);
  for (const { name, type } of families) {
    for (const suffix of DERIVED[type] ?? []) taken.add(name + suffix);
  }
  return families.map((family) => identityOf(family, taken));
}

function identityOf({ name, type }: MetricFamily, taken: Set<string>): OpenMetricsIdentity {
  if (type === 'counter') {
    const base = claimBase(name, '_total', ['', '_created'], taken);
    return base === undefined ? { name, type: 'unknown' } : { name: base, type };
  }
  if (type === 'info') {
    const base = claimBase(name, '_info', [''], taken);
    return base === undefined ? { name, type: 'gauge' } : { name: base, type };
  }
  return { name, type };
}

/** The name without its suffix, taken from now on; `undefined` when it lacks the suffix or a name it needs is taken. */
function claimBase(
  name: string,
  suffix: '_total' | '_info',
  derived: readonly string[],
  taken: Set<string>,
): string | undefined {
  const base = name.slice(0, -suffix.length);
  if (!name.endsWith(suffix) || base === '' || derived.some((extra) => taken.has(base + extra))) return undefined;
  for (const extra of derived) taken.add(base + extra);
  return base;
}
