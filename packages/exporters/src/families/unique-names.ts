import { MetricsError, type MetricFamily } from '@bduf/metrics-core/interfaces';

/**
 * Names of all families, which must differ: two families of one name would be read as one with duplicate samples.
 *
 * @throws MetricsError `METRICS_ERR_EXPOSITION_DUPLICATE`.
 */
export function uniqueNames(families: readonly MetricFamily[]): Set<string> {
  const names = new Set<string>();
  for (const { name } of families) {
    if (names.has(name)) {
      throw new MetricsError(
        'METRICS_ERR_EXPOSITION_DUPLICATE',
        `Two families are named "${name}". Give each metric a name of its own before encoding them together.`,
      );
    }
    names.add(name);
  }
  return names;
}
