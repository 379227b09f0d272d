import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import type { Reading } from '../../delivery/delivery-target.ts';
import type { DeltaLedger } from '../../deltas/delta-ledger.ts';
import { bucketMiddles } from '../../samples/bucket-middles.ts';
import { type LabelPairs, labelPairs } from '../../samples/label-pairs.ts';
import { type VisibleRow, visibleRows } from '../../samples/visible-rows.ts';

/** One metric of one series as CloudWatch takes it: values, and how often each was seen. */
export interface CloudWatchPoint {
  readonly name: string;
  readonly unit: 'Count' | 'Seconds' | 'Bytes' | 'None';
  readonly values: readonly number[];
  readonly counts: readonly number[];
}

/** The points of one series, delivered or given back as a whole. */
export interface CloudWatchSeries {
  readonly dimensions: LabelPairs;
  readonly points: readonly CloudWatchPoint[];
  readonly takeBack: () => void;
}

/** How to make points. */
export interface PointOptions {
  readonly ledger: DeltaLedger;
  readonly dimensions: LabelPairs;
  /** Whether the values of histograms are told, or only their sum and count. */
  readonly hasDistributions: boolean;
  readonly drop: Reading['drop'];
}

const MOST_DIMENSIONS = 30;
/** Of metrics and of dimensions. */
const MOST_NAME_LENGTH = 255;
const MOST_VALUE_LENGTH = 1024;
/** CloudWatch takes values within ±2^360. */
const MOST_VALUE = 2 ** 360;
const UNITS: Readonly<Record<string, CloudWatchPoint['unit']>> = { seconds: 'Seconds', bytes: 'Bytes' };

/**
 * Makes points of what was added and what is.
 *
 * @yields Series that say something.
 */
export function* cloudWatchSeries(
  families: readonly MetricFamily[],
  options: PointOptions,
): Generator<CloudWatchSeries, void, undefined> {
  const { ledger, drop } = options;
  for (const family of ledger.take(families)) {
    for (const place of visibleRows(family)) {
      const { block, blockIndex, row } = place;
      const dimensions = labelPairs(family, block, row, options.dimensions).flatMap(([name, value]) =>
        dimension(name, value),
      );
      const written = pointsOf(place, options.hasDistributions);
      const points = written.filter(({ values }) => values.every((value) => Math.abs(value) <= MOST_VALUE));
      if (points.length < written.length) drop('invalid_value', written.length - points.length);
      if (points.length === 0) continue;
      if (dimensions.length > MOST_DIMENSIONS) drop('invalid_labels', points.length);
      else if (hasLongName(dimensions, points)) drop('too_large', points.length);
      else yield { dimensions, points, takeBack: () => ledger.giveBack(family, blockIndex, row) };
    }
  }
}

function hasLongName(dimensions: LabelPairs, points: readonly CloudWatchPoint[]): boolean {
  const isLong = (name: string): boolean => name.length > MOST_NAME_LENGTH;
  return dimensions.some(([name]) => isLong(name)) || points.some(({ name }) => isLong(name));
}

/** Values hold printable ASCII only, and not nothing but blanks. */
function dimension(name: string, value: string): LabelPairs {
  const text = value.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, MOST_VALUE_LENGTH);
  return text.trim() === '' ? [] : [[name, text]];
}

function pointsOf({ family, numbers }: VisibleRow, hasDistributions: boolean): readonly CloudWatchPoint[] {
  const { name, type, width, quantiles } = family;
  const unit = UNITS[family.unit] ?? 'None';
  if (type === 'counter') return [single(name, 'Count', numbers[0])];
  if (type === 'histogram' && hasDistributions) return [distribution(family, numbers, unit)];
  if (type === 'histogram') {
    const count = numbers.subarray(0, -1).reduce((sum, each) => sum + each, 0);
    return [single(`${name}_sum`, unit, numbers[width - 1]), single(`${name}_count`, 'Count', count)];
  }
  if (type === 'summary') {
    const seen = quantiles.flatMap((quantile, at) => {
      const value = numbers[at] ?? NaN;
      // A quantile without observations says nothing.
      return Number.isNaN(value) ? [] : [single(`${name}_p${percent(quantile)}`, unit, value)];
    });
    const added = numbers[width - 1] ?? 0;
    if (added === 0) return seen;
    return [...seen, single(`${name}_sum`, unit, numbers[width - 2]), single(`${name}_count`, 'Count', added)];
  }
  return [single(name, unit, numbers[0])];
}

/** 0.29 times 100 is not 29 in binary; nobody means more than 12 digits. */
function percent(quantile: number): number {
  return Number((quantile * 100).toPrecision(12));
}

function single(name: string, unit: CloudWatchPoint['unit'], value: number = NaN): CloudWatchPoint {
  return { name, unit, values: [value], counts: [1] };
}

function distribution(family: MetricFamily, numbers: Float64Array, unit: CloudWatchPoint['unit']): CloudWatchPoint {
  const middles = bucketMiddles(family.upperBounds);
  const seen = middles.flatMap((middle, at) => ((numbers[at] ?? 0) > 0 ? [[middle, numbers[at] ?? 0] as const] : []));
  return { name: family.name, unit, values: seen.map(([value]) => value), counts: seen.map(([, count]) => count) };
}
