import type { NativeHistogramBlock } from '@bduf/metrics-core/interfaces';
import type { NativeSpec, SeriesSpec } from './family-spec.ts';

type Pairs = readonly (readonly [index: number, count: number])[];

/** The native columns of a block, or `undefined` when no series has native buckets. */
export function nativeBlockOf(series: readonly SeriesSpec[]): NativeHistogramBlock | undefined {
  if (series.every(({ native }) => native === undefined)) return undefined;
  const natives = series.map(({ native }): NativeSpec => native ?? {});
  const positive = natives.map(({ positive: pairs = [] }): Pairs => pairs);
  const negative = natives.map(({ negative: pairs = [] }): Pairs => pairs);
  return {
    schemas: Int8Array.from(natives, ({ schema = 5 }) => schema),
    zeroThresholds: Float64Array.from(natives, ({ zeroThreshold = 2 ** -128 }) => zeroThreshold),
    zeroCounts: Float64Array.from(natives, ({ zeroCount = 0 }) => zeroCount),
    positiveStart: startsOf(positive),
    positiveIndexes: Int32Array.from(positive.flat(), ([index]) => index),
    positiveCounts: Float64Array.from(positive.flat(), ([, count]) => count),
    negativeStart: startsOf(negative),
    negativeIndexes: Int32Array.from(negative.flat(), ([index]) => index),
    negativeCounts: Float64Array.from(negative.flat(), ([, count]) => count),
  };
}

function startsOf(rows: readonly Pairs[]): Int32Array {
  const starts = new Int32Array(rows.length + 1);
  for (const [row, pairs] of rows.entries()) starts[row + 1] = (starts[row] ?? 0) + pairs.length;
  return starts;
}
