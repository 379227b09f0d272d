import { MetricsError } from '@bduf/metrics-core/interfaces';
import { exemplarFault } from './exemplar-rules.ts';
import type { ExpositionFamily, ExpositionSample } from './exposition-family.ts';
import type { ExpositionRules } from './exposition-rules.ts';
import { histogramFault, summaryFault } from './distribution-rules.ts';
import { seriesGroups } from './series-groups.ts';
import { valueFault } from './value-rules.ts';

/** Checks what a document says beyond its grammar. Throws at the first fault. */
export function checkFamilies(families: readonly ExpositionFamily[], rules: ExpositionRules): void {
  checkNames(families, rules);
  for (const family of families) {
    const fault = familyFault(family, rules);
    if (fault !== undefined) throw faultOf(family, fault);
  }
}

/** No family may have a name that another derives for its samples. */
function checkNames(families: readonly ExpositionFamily[], rules: ExpositionRules): void {
  const owners = new Map<string, ExpositionFamily>();
  for (const family of families) {
    const derived = new Set([family.name, ...(rules.types[family.type] ?? []).map((suffix) => family.name + suffix)]);
    for (const name of derived) {
      const owner = owners.get(name);
      if (owner !== undefined) throw faultOf(family, `its name "${name}" belongs to "${owner.name}" too`);
      owners.set(name, family);
    }
  }
}

function familyFault(family: ExpositionFamily, rules: ExpositionRules): string | undefined {
  return (
    unitFault(family) ??
    duplicateFault(family.samples) ??
    (rules.isOpenMetrics ? groupingFault(family) : undefined) ??
    first(family.samples, (sample) => valueFault(family, sample, rules)) ??
    first(family.samples, (sample) => exemplarFault(family, sample)) ??
    first(seriesGroups(family), (group) => histogramFault(family, group, rules) ?? summaryFault(family, group, rules))
  );
}

function unitFault({ name, type, unit }: ExpositionFamily): string | undefined {
  if (unit === '') return undefined;
  if (!name.endsWith(`_${unit}`)) return `its name does not end in its unit "${unit}"`;
  return type === 'info' || type === 'stateset' ? `a ${type} has no unit` : undefined;
}

function duplicateFault(samples: readonly ExpositionSample[]): string | undefined {
  const seen = new Set<string>();
  for (const { name, labels } of samples) {
    const key = JSON.stringify([name, ...Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    if (seen.has(key)) return `the series ${key} appears twice`;
    seen.add(key);
  }
  return undefined;
}

function groupingFault(family: ExpositionFamily): string | undefined {
  const groups = seriesGroups(family);
  const keys = new Set(groups.map(({ key }) => key));
  return keys.size === groups.length ? undefined : 'samples of one series are not together';
}

function first<T>(items: readonly T[], fault: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = fault(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function faultOf({ name }: ExpositionFamily, fault: string): MetricsError {
  return new MetricsError(
    'METRICS_ERR_EXPOSITION_INVALID',
    `Family "${name}": ${fault}. Correct the encoder that wrote it.`,
  );
}
