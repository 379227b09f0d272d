import type { Exemplar, FamilyType } from '@bduf/metrics-core/interfaces';
import type { PromClientExemplar, PromClientLabels, PromClientMetric, PromClientValue } from './prom-client-metric.ts';

/** A series as it was read: its labels, and its numbers laid out as those of a family. */
export interface ReadSeries {
  /** A text that only series with the same labels have. */
  readonly key: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly numbers: Float64Array;
  readonly exemplars: readonly Omit<Exemplar, 'row'>[];
}

/** What of a metric must stay the same for its rows to keep their places. */
export interface ReadShape {
  readonly name: string;
  readonly type: FamilyType;
  readonly description: string;
  readonly upperBounds: readonly number[];
  readonly quantiles: readonly number[];
}

const TYPES: ReadonlySet<unknown> = new Set<FamilyType>(['counter', 'gauge', 'histogram', 'summary']);

/** Values of one series, its labels known. */
interface ValueGroup {
  readonly key: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly values: PromClientValue[];
}

/** Makes series of the values of a metric. */
export function readMetric(metric: PromClientMetric): {
  readonly shape: ReadShape;
  readonly series: readonly ReadSeries[];
} {
  const { name, help: description, values } = metric;
  // The set holds nothing but types of families.
  const type = TYPES.has(metric.type) ? (metric.type as FamilyType) : 'unknown';
  const upperBounds = type === 'histogram' ? numbersOf(values, 'le').filter(Number.isFinite) : [];
  const quantiles = type === 'summary' ? numbersOf(values, 'quantile') : [];
  const shape = { name, type, description, upperBounds, quantiles };
  return { shape, series: grouped(values, type).map((group) => seriesOf(group, shape)) };
}

function seriesOf({ key, labels, values }: ValueGroup, shape: ReadShape): ReadSeries {
  if (shape.type === 'histogram') return { key, labels, ...histogramOf(values, shape) };
  if (shape.type === 'summary') return { key, labels, numbers: summaryOf(values, shape), exemplars: [] };
  const [first] = values;
  return { key, labels, numbers: Float64Array.of(first?.value ?? NaN), exemplars: exemplarOf(first?.exemplar, 0) };
}

function histogramOf(
  values: readonly PromClientValue[],
  { name, upperBounds }: ReadShape,
): Pick<ReadSeries, 'numbers' | 'exemplars'> {
  const buckets = new Map(values.map((each) => [numberOf(each.labels?.['le']), each]));
  const count = sampleOf(values, `${name}_count`) ?? buckets.get(Infinity)?.value ?? 0;
  let below = 0;
  const counts = [...upperBounds, Infinity].map((bound) => {
    const upTo = bound === Infinity ? count : (buckets.get(bound)?.value ?? below);
    const own = upTo - below;
    below = upTo;
    return own;
  });
  const exemplars = [...upperBounds, Infinity].flatMap((bound, at) => exemplarOf(buckets.get(bound)?.exemplar, at));
  return { numbers: Float64Array.of(...counts, sampleOf(values, `${name}_sum`) ?? 0), exemplars };
}

function summaryOf(values: readonly PromClientValue[], { name, quantiles }: ReadShape): Float64Array {
  const seen = new Map(values.map(({ labels, value }) => [numberOf(labels?.['quantile']), value]));
  const sum = sampleOf(values, `${name}_sum`) ?? 0;
  const count = sampleOf(values, `${name}_count`) ?? 0;
  return Float64Array.of(...quantiles.map((quantile) => seen.get(quantile) ?? NaN), sum, count);
}

function sampleOf(values: readonly PromClientValue[], metricName: string): number | undefined {
  return values.find((each) => each.metricName === metricName)?.value;
}

function exemplarOf(exemplar: PromClientExemplar | null | undefined, column: number): ReadSeries['exemplars'] {
  if (exemplar === undefined || exemplar === null) return [];
  const { labelSet, value, timestamp } = exemplar;
  return [{ column, value, timestampMs: timestamp * 1000, labels: Object.fromEntries(textLabels(labelSet)) }];
}

/** The label of a bucket or a quantile is no label of the series. */
function grouped(values: readonly PromClientValue[], type: FamilyType): readonly ValueGroup[] {
  const own = { histogram: 'le', summary: 'quantile' }[type as string];
  const groups = new Map<string, ValueGroup>();
  for (const value of values) {
    const pairs = textLabels(value.labels, own);
    const key = keyOf(pairs);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, labels: new Map(pairs), values: [value] });
    else group.values.push(value);
  }
  return [...groups.values()];
}

type TextLabel = readonly [name: string, text: string];

/** Labels as text, one left out. An empty one is none. */
function textLabels(labels: PromClientLabels = {}, without?: string): TextLabel[] {
  const pairs: TextLabel[] = [];
  for (const name of Object.keys(labels)) {
    const value = labels[name];
    if (value !== undefined && value !== '' && name !== without) pairs.push([name, String(value)]);
  }
  return pairs;
}

/** A text that only the same labels have, in whatever order. Names hold no sign of these; values may, hence their length. */
function keyOf(pairs: TextLabel[]): string {
  if (pairs.length > 1) pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  let key = '';
  for (const [name, text] of pairs) key += `${name}=${text.length}:${text};`;
  return key;
}

/** Distinct numbers that a label has, ascending. */
function numbersOf(values: readonly PromClientValue[], label: 'le' | 'quantile'): readonly number[] {
  const found = values.map(({ labels }) => numberOf(labels?.[label])).filter((number) => !Number.isNaN(number));
  return [...new Set(found)].toSorted((a, b) => a - b);
}

function numberOf(label: string | number | undefined): number {
  if (label === undefined) return NaN;
  return label === '+Inf' ? Infinity : Number(label);
}
