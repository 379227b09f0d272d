import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { labelPairs } from '../samples/label-pairs.ts';
import { type VisibleRow, visibleRows } from '../samples/visible-rows.ts';
import { exponentialHistogram } from './exponential-histogram.ts';
import { type OtelMetric, type OtelMetricBase, type OtelPoint, type OtelTime } from './otel-metric-data.ts';
import { ucumUnit } from './ucum-unit.ts';

/** `DataPointType` of the SDK. */
const PointType = { HISTOGRAM: 0, EXPONENTIAL_HISTOGRAM: 1, GAUGE: 2, SUM: 3 } as const;
/** `ValueType.DOUBLE` of the API. */
const DOUBLE = 1;
/** `AggregationTemporality.CUMULATIVE` of the SDK. */
const CUMULATIVE = 1;

type ToMetrics = (family: MetricFamily, rows: readonly VisibleRow[], endTime: OtelTime) => readonly OtelMetric[];

/** By OpenTelemetry's rules for OpenMetrics, infos and state sets are sums that may fall. */
const BY_TYPE: Readonly<Record<FamilyType, ToMetrics>> = {
  counter: sums(true),
  gauge: gauges,
  histogram: histograms,
  info: sums(false),
  stateset: sums(false),
  summary: summaries,
  unknown: gauges,
};

/** A family as metrics of OpenTelemetry; of none of its series, no metric. */
export function otelMetrics(family: MetricFamily, endTime: OtelTime): readonly OtelMetric[] {
  return BY_TYPE[family.type](family, Array.from(visibleRows(family)), endTime);
}

/** Milliseconds since the epoch as OpenTelemetry has time. */
export function otelTime(ms: number): OtelTime {
  if (!Number.isFinite(ms) || ms < 0) return [0, 0];
  const seconds = Math.floor(ms / 1000);
  return [seconds, Math.floor((ms - seconds * 1000) * 1e6)];
}

function baseOf(name: string, { description, unit }: MetricFamily): OtelMetricBase {
  const descriptor = { name, description, unit: ucumUnit(unit), valueType: DOUBLE } as const;
  return { descriptor, aggregationTemporality: CUMULATIVE };
}

function filled(metric: OtelMetric): readonly OtelMetric[] {
  return metric.dataPoints.length === 0 ? [] : [metric];
}

function values(rows: readonly VisibleRow[], endTime: OtelTime): OtelPoint<number>[] {
  return rows.map((row) => point(row, endTime, row.numbers[0] ?? NaN));
}

function sums(isMonotonic: boolean): ToMetrics {
  return (family, rows, endTime) =>
    filled({
      ...baseOf(family.name, family),
      dataPointType: PointType.SUM,
      isMonotonic,
      dataPoints: values(rows, endTime),
    });
}

function gauges(family: MetricFamily, rows: readonly VisibleRow[], endTime: OtelTime): readonly OtelMetric[] {
  return filled({
    ...baseOf(family.name, family),
    dataPointType: PointType.GAUGE,
    dataPoints: values(rows, endTime),
  });
}

/** Native buckets say more than bounds do, so a histogram that has both leaves with the native ones. */
function histograms(family: MetricFamily, rows: readonly VisibleRow[], endTime: OtelTime): readonly OtelMetric[] {
  const base = baseOf(family.name, family);
  const classic = rows.filter(({ block }) => block.native === undefined);
  const exponential = rows.flatMap((each) => {
    const { block, row, numbers } = each;
    if (block.native === undefined) return [];
    const { sum, count } = totalsOf(numbers);
    return point(each, endTime, exponentialHistogram(block.native, row, { sum, count }));
  });
  return [
    ...filled({
      ...base,
      dataPointType: PointType.HISTOGRAM,
      dataPoints: classic.map((row) => {
        const boundaries = [...family.upperBounds];
        const { counts, sum, count } = totalsOf(row.numbers);
        return point(row, endTime, { buckets: { boundaries, counts }, sum, count });
      }),
    }),
    ...filled({ ...base, dataPointType: PointType.EXPONENTIAL_HISTOGRAM, dataPoints: exponential }),
  ];
}

/** The SDK has no summaries: sum and count leave as a histogram without bounds, quantiles as a gauge. */
function summaries(family: MetricFamily, rows: readonly VisibleRow[], endTime: OtelTime): readonly OtelMetric[] {
  const { name, quantiles, width } = family;
  return [
    ...filled({
      ...baseOf(name, family),
      dataPointType: PointType.HISTOGRAM,
      dataPoints: rows.map((row) => {
        const sum = row.numbers[width - 2] ?? 0;
        const count = row.numbers[width - 1] ?? 0;
        return point(row, endTime, { buckets: { boundaries: [], counts: [count] }, sum, count });
      }),
    }),
    ...filled({
      ...baseOf(`${name}_quantile`, family),
      dataPointType: PointType.GAUGE,
      dataPoints: rows.flatMap((row) =>
        quantiles.flatMap((quantile, at) => {
          const value = row.numbers[at] ?? NaN;
          // A quantile without observations says nothing.
          return Number.isNaN(value) ? [] : point(row, endTime, value, { quantile: String(quantile) });
        }),
      ),
    }),
  ];
}

function totalsOf(numbers: Float64Array): { counts: number[]; readonly sum: number; readonly count: number } {
  const counts = Array.from(numbers.subarray(0, -1));
  return { counts, sum: numbers.at(-1) ?? 0, count: counts.reduce((total, count) => total + count, 0) };
}

function point<Value>(
  { family, block, row }: VisibleRow,
  endTime: OtelTime,
  value: Value,
  extra: Readonly<Record<string, string>> = {},
): OtelPoint<Value> {
  const attributes = { ...Object.fromEntries(labelPairs(family, block, row)), ...extra };
  return { startTime: otelTime(block.createdMs[row] ?? NaN), endTime, attributes, value };
}
