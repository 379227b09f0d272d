import type { MetricFamily } from '@bduf/metrics-core/interfaces';

/**
 * Families of several sources in order of their names. Of several with one name the first stays, since a document with two
 * would be refused as a whole.
 *
 * @param onDuplicate - Told the name of each one that is left out.
 */
export function mergedFamilies(
  sources: readonly (readonly MetricFamily[])[],
  onDuplicate: (name: string) => void,
): readonly MetricFamily[] {
  const byName = new Map<string, MetricFamily>();
  for (const family of sources.flat()) {
    if (byName.has(family.name)) onDuplicate(family.name);
    else byName.set(family.name, family);
  }
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
