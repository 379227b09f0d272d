import type { NativeHistogramBlock, SampleReader, SampledSeries, SeriesSelector } from '@bduf/metrics-core/interfaces';
import { compileMatchers } from '@bduf/metrics-core/primitives';

/** A native histogram by its buckets. */
export interface NativeSample {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly sum: number;
  /** Bucket index of the first count. */
  readonly offset: number;
  readonly positive: readonly number[];
  readonly negativeOffset: number;
  readonly negative: readonly number[];
}

/** What a slot of a recording holds: nothing, the end of the series, or a sample. */
export type Slot =
  | { readonly kind: 'none' }
  | { readonly kind: 'stale' }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'classic'; readonly counts: readonly number[]; readonly sum: number }
  | { readonly kind: 'native'; readonly histogram: NativeSample };

/** A series with a slot for each second, the first one at time 0. */
export interface RecordedSeries {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly slots: readonly Slot[];
  readonly upperBounds: readonly number[];
}

const SLOT_MS = 1000;

/** Observations of a native histogram. */
function countOf({ zeroCount, positive, negative }: NativeSample): number {
  return [...positive, ...negative].reduce((sum, count) => sum + count, zeroCount);
}

/** The recording as a store would hand it out, nothing known but the samples. */
function sampled(series: RecordedSeries): SampledSeries {
  const timestamps: number[] = [];
  const rows: number[][] = [];
  const natives: NativeSample[] = [];
  const gaps: number[] = [];
  for (const [second, slot] of series.slots.entries()) {
    if (slot.kind === 'stale') gaps.push(timestamps.length);
    if (slot.kind === 'none' || slot.kind === 'stale') continue;
    timestamps.push(second * SLOT_MS);
    if (slot.kind === 'number') rows.push([slot.value]);
    if (slot.kind === 'classic') rows.push([...slot.counts, slot.sum]);
    if (slot.kind === 'native') {
      rows.push([countOf(slot.histogram), slot.histogram.sum]);
      natives.push(slot.histogram);
    }
  }
  const isNumber = series.slots.every(({ kind }) => kind === 'none' || kind === 'stale' || kind === 'number');
  return {
    labels: series.labels,
    type: isNumber ? 'unknown' : 'histogram',
    createdMs: NaN,
    observedSinceMs: timestamps[0] ?? 0,
    timestampsMs: Float64Array.from(timestamps),
    values: Float64Array.from(rows.flat()),
    width: rows[0]?.length ?? 1,
    upperBounds: series.upperBounds,
    ...(natives.length > 0 && { native: nativeBlock(natives) }),
    gaps: Int32Array.from(new Set(gaps)),
  };
}

/** Hands out recordings. */
export function readerOf(recordings: readonly RecordedSeries[]): SampleReader {
  return sampledReader(recordings.map((recording) => ({ metric: recording.metric, series: sampled(recording) })));
}

/** Hands out series. */
export function sampledReader(
  all: readonly { readonly metric: string; readonly series: SampledSeries }[],
): SampleReader {
  return {
    select({ metric, matchers = [] }: SeriesSelector) {
      const matches = compileMatchers(matchers);
      return all.filter((each) => each.metric === metric && matches(each.series.labels)).map(({ series }) => series);
    },
  };
}

/** The recording as series of promtool: native histograms as they are, classic ones in their parts. */
export function promtoolSeries(
  recording: RecordedSeries,
): readonly { readonly series: string; readonly values: string }[] {
  const { metric, slots, upperBounds } = recording;
  if (!slots.some(({ kind }) => kind === 'classic')) return [promtoolLine(recording, metric, {}, slots.map(slotText))];
  const part = (
    suffix: string,
    labels: Record<string, string>,
    read: (counts: readonly number[], sum: number) => number,
  ) =>
    promtoolLine(
      recording,
      `${metric}${suffix}`,
      labels,
      slots.map((slot) => (slot.kind === 'classic' ? numberText(read(slot.counts, slot.sum)) : slotText(slot))),
    );
  const total = (counts: readonly number[], end: number): number => counts.slice(0, end).reduce((a, b) => a + b, 0);
  return [
    ...[...upperBounds, Infinity].map((bound, at) =>
      part('_bucket', { le: bound === Infinity ? '+Inf' : String(bound) }, (counts) => total(counts, at + 1)),
    ),
    part('_sum', {}, (_, sum) => sum),
    part('_count', {}, (counts) => total(counts, counts.length)),
  ];
}

function promtoolLine(
  { labels }: RecordedSeries,
  name: string,
  more: Readonly<Record<string, string>>,
  values: readonly string[],
): { readonly series: string; readonly values: string } {
  const pairs = Object.entries({ ...labels, ...more }).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return { series: `${name}{${pairs.join(',')}}`, values: values.join(' ') };
}

function slotText(slot: Slot): string {
  switch (slot.kind) {
    case 'none':
      return '_';
    case 'stale':
      return 'stale';
    case 'number':
      return numberText(slot.value);
    case 'native':
      return nativeText(slot.histogram);
    case 'classic':
    default:
      throw new Error('A classic histogram has parts');
  }
}

function nativeText(histogram: NativeSample): string {
  const { schema, zeroThreshold, zeroCount, sum, offset, positive, negativeOffset, negative } = histogram;
  const parts = [`schema:${schema}`, `count:${countOf(histogram)}`, `sum:${numberText(sum)}`];
  if (zeroCount > 0) parts.push(`z_bucket:${zeroCount}`);
  parts.push(`z_bucket_w:${zeroThreshold}`);
  if (positive.length > 0) parts.push(`buckets:[${positive.join(' ')}]`, `offset:${offset}`);
  if (negative.length > 0) parts.push(`n_buckets:[${negative.join(' ')}]`, `n_offset:${negativeOffset}`);
  return `{{${parts.join(' ')}}}`;
}

function numberText(value: number): string {
  if (value === Infinity) return 'Inf';
  if (value === -Infinity) return '-Inf';
  return Object.is(value, -0) ? '0' : String(value);
}

function nativeBlock(natives: readonly NativeSample[]): NativeHistogramBlock {
  const positive = sparse(natives.map(({ offset, positive: counts }) => ({ offset, counts })));
  const negative = sparse(natives.map(({ negativeOffset, negative: counts }) => ({ offset: negativeOffset, counts })));
  return {
    schemas: Int8Array.from(natives, ({ schema }) => schema),
    zeroThresholds: Float64Array.from(natives, ({ zeroThreshold }) => zeroThreshold),
    zeroCounts: Float64Array.from(natives, ({ zeroCount }) => zeroCount),
    positiveStart: positive.start,
    positiveIndexes: positive.indexes,
    positiveCounts: positive.counts,
    negativeStart: negative.start,
    negativeIndexes: negative.indexes,
    negativeCounts: negative.counts,
  };
}

function sparse(rows: readonly { readonly offset: number; readonly counts: readonly number[] }[]) {
  const start = [0];
  const entries: (readonly [index: number, count: number])[] = [];
  for (const { offset, counts } of rows) {
    for (const [at, count] of counts.entries()) if (count !== 0) entries.push([offset + at, count]);
    start.push(entries.length);
  }
  return {
    start: Int32Array.from(start),
    indexes: Int32Array.from(entries, ([index]) => index),
    counts: Float64Array.from(entries, ([, count]) => count),
  };
}
