import type {
  FamilyType,
  MetricFamily,
  NativeHistogramBlock,
  SampleReader,
  SampledSeries,
} from '@bduf/metrics-core/interfaces';
import { compileMatchers, FamilySeries } from '@bduf/metrics-core/primitives';
import type { NativeSpec } from '../../family/family-spec.ts';
import { nativeBlockOf } from '../../family/native-block.ts';
import type { HistoryReadOut } from './history-read-out.ts';

/** One sample of a series. */
interface PlainSample {
  readonly atMs: number;
  /** Which look at the metric it was. */
  readonly tick: number;
  readonly numbers: readonly number[];
  readonly createdMs: number;
  readonly native: NativeSpec | undefined;
}

interface PlainSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: PlainSample[];
}

interface PlainMetric {
  readonly type: FamilyType;
  readonly width: number;
  readonly upperBounds: readonly number[];
  readonly series: Map<string, PlainSeries>;
  readonly firstMs: number;
  ticks: number;
}

/** Read-outs as samples, kept as plainly as can be: what any history must be able to answer from. */
export function plainSamples(readOuts: readonly HistoryReadOut[]): SampleReader {
  const metrics = new Map<string, PlainMetric>();
  for (const { atMs, families } of readOuts) {
    for (const family of families) {
      const { name, type, width, upperBounds } = family;
      const known = metrics.get(name) ?? { type, width, upperBounds, series: new Map(), firstMs: atMs, ticks: 0 };
      metrics.set(name, known);
      addFamily(known, family, atMs);
      known.ticks++;
    }
  }
  return {
    select({ metric, matchers = [] }) {
      const matches = compileMatchers(matchers);
      const known = metrics.get(metric);
      if (known === undefined) return [];
      return Array.from(known.series.values())
        .filter(({ labels }) => matches(labels))
        .map((series) => sampledSeries(known, series));
    },
  };
}

function addFamily(metric: PlainMetric, family: MetricFamily, atMs: number): void {
  for (const block of family.blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      if (block.hidden?.[row] === 1) continue;
      const { labels, numbers, createdMs } = new FamilySeries(family, block, row);
      const own = Object.entries(labels).filter(([, value]) => value !== '');
      const key = JSON.stringify(own.toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const series = metric.series.get(key) ?? { labels: Object.fromEntries(own), samples: [] };
      metric.series.set(key, series);
      const native = block.native && nativeSpec(block.native, row);
      series.samples.push({ atMs, tick: metric.ticks, numbers: Array.from(numbers), createdMs, native });
    }
  }
}

function nativeSpec(block: NativeHistogramBlock, row: number): NativeSpec {
  const pairs = (starts: Int32Array, indexes: Int32Array, counts: Float64Array) =>
    Array.from(indexes.subarray(starts[row], starts[row + 1]), (index, at) => {
      return [index, counts[(starts[row] ?? 0) + at] ?? 0] as const;
    });
  return {
    schema: block.schemas[row] ?? 0,
    zeroThreshold: block.zeroThresholds[row] ?? 0,
    zeroCount: block.zeroCounts[row] ?? 0,
    positive: pairs(block.positiveStart, block.positiveIndexes, block.positiveCounts),
    negative: pairs(block.negativeStart, block.negativeIndexes, block.negativeCounts),
  };
}

function sampledSeries(metric: PlainMetric, { labels, samples }: PlainSeries): SampledSeries {
  const [first] = samples;
  const last = samples.at(-1);
  const gaps = samples.flatMap(({ tick }, at) => (at > 0 && tick !== (samples[at - 1]?.tick ?? 0) + 1 ? [at] : []));
  if (last !== undefined && last.tick < metric.ticks - 1) gaps.push(samples.length);
  const isBirthKnown = samples.every(({ createdMs }) => !Number.isNaN(createdMs));
  const resets = samples.flatMap(({ createdMs }, at) =>
    at > 0 && createdMs !== samples[at - 1]?.createdMs ? [at] : [],
  );
  return {
    labels,
    type: metric.type,
    createdMs: first?.createdMs ?? NaN,
    observedSinceMs: metric.firstMs,
    timestampsMs: Float64Array.from(samples, ({ atMs }) => atMs),
    values: Float64Array.from(samples.flatMap(({ numbers }) => numbers)),
    width: metric.width,
    upperBounds: metric.upperBounds,
    native: samples.every(({ native }) => native !== undefined) ? nativeBlockOf(samples.map(specOf)) : undefined,
    ...(isBirthKnown && { resets: Int32Array.from(resets) }),
    gaps: Int32Array.from(gaps),
  };
}

function specOf({ native }: PlainSample): { readonly native?: NativeSpec } {
  return native === undefined ? {} : { native };
}
