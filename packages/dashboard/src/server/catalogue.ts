import { type FamilyType, type Gatherer, type MetricFamily } from '@bduf/metrics-core/interfaces';
import { seriesOf } from '@bduf/metrics-core/primitives';
import type { LabelRedactor } from './label-redactor.ts';

/** A label of a metric, and what it holds. */
export interface CatalogueLabel {
  /** Label name. */
  readonly name: string;
  /** Number of different values. */
  readonly distinct: number;
  /** Values, at most 200, ordered. */
  readonly values: readonly string[];
}

/** A metric as the explorer lists it. */
export interface CatalogueMetric {
  /** Metric name. */
  readonly name: string;
  /** Type. */
  readonly type: FamilyType;
  /** One sentence for people. */
  readonly description: string;
  /** Unit, or the empty string. */
  readonly unit: string;
  /** Number of series: its cardinality. */
  readonly series: number;
  /** Lines that a Prometheus server stores for it: a histogram has one for each bucket. */
  readonly samples: number;
  /** Labels, the one with most values first. */
  readonly labels: readonly CatalogueLabel[];
}

const MAX_VALUES = 200;

/** Lists every metric that has a series now. */
export async function readCatalogue(collector: Gatherer, redactor: LabelRedactor): Promise<CatalogueMetric[]> {
  const families = await collector.gather();
  return families.map((family) => describeFamily(family, redactor));
}

function describeFamily(family: MetricFamily, redactor: LabelRedactor): CatalogueMetric {
  const values = new Map<string, Set<string>>();
  let series = 0;
  for (const one of seriesOf(family)) {
    series += 1;
    for (const [name, value] of Object.entries(one.labels)) {
      const known = values.get(name);
      if (known === undefined) values.set(name, new Set([value]));
      else known.add(value);
    }
  }
  const labels = [...values].map(([name, seen]) => ({
    name,
    distinct: seen.size,
    values: redactor.hides(name) ? [] : [...seen].toSorted().slice(0, MAX_VALUES),
  }));
  const { name, type, description, unit } = family;
  labels.sort((a, b) => b.distinct - a.distinct || a.name.localeCompare(b.name));
  return { name, type, description, unit, series, samples: series * samplesPerSeries(family), labels };
}

function samplesPerSeries(family: MetricFamily): number {
  if (family.type === 'histogram') return family.upperBounds.length + 3;
  return family.type === 'summary' ? family.quantiles.length + 2 : 1;
}
