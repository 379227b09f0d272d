import type { FamilyType } from '@bduf/metrics-core/interfaces';
import type { MetricsHistory } from '@bduf/metrics-aggregation';
import { familyOf, type NativeSpec, type SeriesSpec } from '@bduf/metrics-testkit';

/** Labels as they differ from series to series. */
export type Labels = Readonly<Record<string, string>>;

/** A native histogram, and the sum of what it observed. */
export interface NativeSample extends Required<Omit<NativeSpec, 'negative' | 'positive'>> {
  readonly positive: readonly (readonly [index: number, count: number])[];
  readonly negative: readonly (readonly [index: number, count: number])[];
  readonly sum: number;
}

/** A sample of one series: a number, a classic histogram (counts of buckets, then sum), or a native one. */
export type Sample =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'classic'; readonly counts: readonly number[]; readonly sum: number }
  | { readonly kind: 'native'; readonly histogram: NativeSample };

/** What a metric shows over time: one entry for each second. */
export interface Recording {
  readonly metric: string;
  readonly type: FamilyType;
  readonly upperBounds: readonly number[];
  readonly series: readonly Labels[];
  /** When series were created; NaN when nobody knows. */
  readonly createdMs: number;
  /** Samples of the series; `null` for a series that is not there, and for a second at which nobody looked. */
  readonly ticks: readonly ((Sample | null)[] | null)[];
}

/** Appends a recording to a history, a tick each second from 0 on. */
export function remember(history: MetricsHistory, recording: Recording): void {
  const { metric, type, upperBounds, series, createdMs, ticks } = recording;
  for (const [second, samples] of ticks.entries()) {
    if (samples === null) continue;
    const present = samples.flatMap((sample, at): SeriesSpec[] =>
      sample === null ? [] : [{ labels: series[at] ?? {}, createdMs, ...specOf(sample) }],
    );
    const labelNames = [...new Set(series.flatMap((labels) => Object.keys(labels)))];
    history.append([familyOf({ name: metric, type, upperBounds, labelNames, series: present })], second * 1000);
  }
}

function specOf(sample: Sample): SeriesSpec {
  if (sample.kind === 'number') return { value: sample.value };
  if (sample.kind === 'classic') return { buckets: sample.counts, sum: sample.sum };
  const { sum, ...native } = sample.histogram;
  return { native, sum, buckets: [observations(sample.histogram)] };
}

/** Number of observations of a native histogram. */
function observations({ zeroCount, positive, negative }: NativeSample): number {
  return [...positive, ...negative].reduce((sum, [, count]) => sum + count, zeroCount);
}

/** A series of a test file of promtool. */
export interface PromtoolSeries {
  readonly series: string;
  readonly values: string;
}

/** The same recording for promtool: classic histograms in their parts, native ones as they are. */
export function promtoolSeries({ metric, upperBounds, series, ticks }: Recording): readonly PromtoolSeries[] {
  return series.flatMap((labels, at): PromtoolSeries[] => {
    const samples = ticks.map((tick) => tick && (tick[at] ?? 'gone'));
    const line = (name: string, more: Labels, text: (sample: Sample) => string): PromtoolSeries => ({
      series: `${name}{${Object.entries({ ...labels, ...more })
        .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
        .join(',')}}`,
      values: samples.map((sample, second) => slotText(sample, samples.slice(0, second), text)).join(' '),
    });
    if (!samples.some((sample) => sample !== null && sample !== 'gone' && sample.kind === 'classic')) {
      return [line(metric, {}, sampleText)];
    }
    return [
      ...[...upperBounds, Infinity].map((bound, bucket) =>
        line(`${metric}_bucket`, { le: bound === Infinity ? '+Inf' : String(bound) }, (sample) =>
          numberText(sample.kind === 'classic' ? total(sample.counts, bucket + 1) : NaN),
        ),
      ),
      line(`${metric}_sum`, {}, (sample) => numberText(sample.kind === 'classic' ? sample.sum : NaN)),
      line(`${metric}_count`, {}, (sample) =>
        numberText(sample.kind === 'classic' ? total(sample.counts, sample.counts.length) : NaN),
      ),
    ];
  });
}

/** A series that was there at the last tick and is not any more gets a stale marker, as from a scrape. */
function slotText(
  sample: Sample | 'gone' | null,
  before: readonly (Sample | 'gone' | null)[],
  text: (sample: Sample) => string,
): string {
  if (sample === null) return '_';
  if (sample !== 'gone') return text(sample);
  const last = before.findLast((each) => each !== null);
  return last === undefined || last === 'gone' ? '_' : 'stale';
}

function sampleText(sample: Sample): string {
  if (sample.kind === 'number') return numberText(sample.value);
  if (sample.kind === 'classic') throw new Error('A classic histogram has parts');
  const { histogram } = sample;
  const { schema, zeroThreshold, zeroCount, sum, positive, negative } = histogram;
  const parts = [`schema:${schema}`, `count:${observations(histogram)}`, `sum:${numberText(sum)}`];
  if (zeroCount > 0) parts.push(`z_bucket:${zeroCount}`);
  parts.push(`z_bucket_w:${zeroThreshold}`, ...bucketTexts(positive, ''), ...bucketTexts(negative, 'n_'));
  return `{{${parts.join(' ')}}}`;
}

function bucketTexts(buckets: NativeSample['positive'], prefix: string): readonly string[] {
  const first = buckets[0]?.[0];
  const last = buckets.at(-1)?.[0];
  if (first === undefined || last === undefined) return [];
  const counts = new Map(buckets);
  const all = Array.from({ length: last - first + 1 }, (_, at) => counts.get(first + at) ?? 0);
  return [`${prefix}buckets:[${all.join(' ')}]`, `${prefix}offset:${first}`];
}

function total(counts: readonly number[], end: number): number {
  return counts.slice(0, end).reduce((sum, count) => sum + count, 0);
}

function numberText(value: number): string {
  if (value === Infinity) return 'Inf';
  if (value === -Infinity) return '-Inf';
  return Object.is(value, -0) ? '0' : String(value);
}
