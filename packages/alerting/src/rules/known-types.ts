import {
  ApplicationMetricDefinitions,
  BusinessMetricDefinitions,
  type FamilyType,
  SystemMetricDefinitions,
} from '@bduf/metrics-core/interfaces';

const KNOWN: ReadonlyMap<string, FamilyType> = new Map(
  [ApplicationMetricDefinitions, BusinessMetricDefinitions, SystemMetricDefinitions]
    .flatMap((table) => Object.values<{ readonly name: string; readonly type: FamilyType }>(table))
    .map(({ name, type }) => [name, type]),
);

/** Types of metrics that are only known by name: as given, as our packages define them, else a counter when it ends in `_total`. */
export function guessTypes(given: Readonly<Record<string, FamilyType>> = {}): (metric: string) => FamilyType {
  const types = new Map([...KNOWN, ...Object.entries(given)]);
  return (metric) => types.get(metric) ?? (metric.endsWith('_total') ? 'counter' : 'gauge');
}
