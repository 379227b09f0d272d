import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { FamilySpec, SeriesSpec } from './family-spec.ts';
import { LabelInterner } from './label-interner.ts';
import { nativeBlockOf } from './native-block.ts';

/**
 * Builds the columnar read-out of a metric from plain objects, for tests of encoders and of whatever else reads
 * {@link MetricFamily}. Nothing is validated: hostile names and values are what such tests want.
 */
export function familyOf(spec: FamilySpec): MetricFamily {
  const series = spec.series ?? [];
  const labelNames = spec.labelNames ?? namesIn(series);
  const interner = new LabelInterner(labelNames);
  const upperBounds = spec.upperBounds ?? [];
  const quantiles = spec.quantiles ?? [];
  const blocks: FamilyBlock[] = [];
  const rowsPerBlock = spec.rowsPerBlock ?? Math.max(series.length, 1);
  for (let start = 0; start < series.length; start += rowsPerBlock) {
    blocks.push(blockOf(spec, series.slice(start, start + rowsPerBlock), interner));
  }
  return {
    name: spec.name,
    type: spec.type,
    description: spec.description ?? '',
    unit: spec.unit ?? '',
    labelNames,
    constantLabels: Object.entries(spec.constantLabels ?? {}),
    labelValues: interner.values,
    upperBounds,
    quantiles,
    width: widthOf(spec),
    blocks,
    identity: spec.identity ?? {},
    epoch: spec.epoch ?? 0,
  };
}

function widthOf({ type, upperBounds = [], quantiles = [] }: FamilySpec): number {
  if (type === 'histogram') return upperBounds.length + 2;
  return type === 'summary' ? quantiles.length + 2 : 1;
}

function blockOf(spec: FamilySpec, series: readonly SeriesSpec[], interner: LabelInterner): FamilyBlock {
  const hasHidden = series.some(({ hidden }) => hidden === true);
  return {
    rowCount: series.length,
    labelIds: Int32Array.from(series.flatMap(({ labels = {} }) => interner.idsOf(labels))),
    values: Float64Array.from(series.flatMap((one) => numbersOf(spec, one))),
    createdMs: Float64Array.from(series, ({ createdMs = 0 }) => createdMs),
    hidden: hasHidden ? Uint8Array.from(series, ({ hidden }) => (hidden === true ? 1 : 0)) : undefined,
    native: nativeBlockOf(series),
    exemplars: series.flatMap(({ exemplars = [] }, row) => exemplars.map((exemplar) => ({ row, ...exemplar }))),
  };
}

function numbersOf({ type, upperBounds = [], quantiles = [] }: FamilySpec, series: SeriesSpec): readonly number[] {
  if (type === 'histogram') {
    return [...(series.buckets ?? Array.from({ length: upperBounds.length + 1 }, () => 0)), series.sum ?? 0];
  }
  if (type === 'summary') {
    return [...(series.quantiles ?? quantiles.map(() => Number.NaN)), series.sum ?? 0, series.count ?? 0];
  }
  return [series.value ?? 0];
}

function namesIn(series: readonly SeriesSpec[]): readonly string[] {
  return [...new Set(series.flatMap(({ labels = {} }) => Object.keys(labels)))];
}
