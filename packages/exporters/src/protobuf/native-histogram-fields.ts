import type { NativeHistogramBlock } from '@bduf/metrics-core/interfaces';
import { HistogramField, SpanField } from './proto-fields.ts';
import { type ProtoSink, zigzag } from './proto-sink.ts';

/** Buckets of one side of zero: those of a row are `start … end - 1`. */
interface Side {
  readonly indexes: Int32Array;
  readonly counts: Float64Array;
  readonly start: number;
  readonly end: number;
}

/** Writes the native buckets of a row into a `Histogram` message. */
export function writeNativeHistogram(sink: ProtoSink, native: NativeHistogramBlock, row: number): void {
  sink.signed(HistogramField.SCHEMA, native.schemas[row] ?? 0);
  sink.double(HistogramField.ZERO_THRESHOLD, native.zeroThresholds[row] ?? 0);
  sink.unsigned(HistogramField.ZERO_COUNT, native.zeroCounts[row] ?? 0);
  const negative = sideOf(native.negativeStart, native.negativeIndexes, native.negativeCounts, row);
  const positive = sideOf(native.positiveStart, native.positiveIndexes, native.positiveCounts, row);
  writeSide(sink, negative, HistogramField.NEGATIVE_SPAN, HistogramField.NEGATIVE_DELTA);
  writeSide(sink, positive, HistogramField.POSITIVE_SPAN, HistogramField.POSITIVE_DELTA);
  // Without any span a reader would take the histogram for one without native buckets.
  if (negative.start === negative.end && positive.start === positive.end)
    writeSpan(sink, HistogramField.POSITIVE_SPAN, 0, 0);
}

function sideOf(starts: Int32Array, indexes: Int32Array, counts: Float64Array, row: number): Side {
  return { indexes, counts, start: starts[row] ?? 0, end: starts[row + 1] ?? 0 };
}

/** Writes spans of adjacent buckets, each with its distance from the one before, and counts as differences. */
function writeSide(sink: ProtoSink, side: Side, spanField: number, deltaField: number): void {
  const { indexes, counts, start, end } = side;
  if (start === end) return;
  let spanStart = start;
  let previousEnd = 0;
  for (let i = start + 1; i <= end; i++) {
    const isAdjacent = i < end && indexes[i] === (indexes[i - 1] as number) + 1;
    if (isAdjacent) continue;
    const firstIndex = indexes[spanStart] as number;
    writeSpan(sink, spanField, firstIndex - previousEnd, i - spanStart);
    previousEnd = firstIndex + i - spanStart;
    spanStart = i;
  }
  const packed = sink.begin(deltaField);
  let previous = 0;
  for (let i = start; i < end; i++) {
    const count = counts[i] as number;
    sink.varint(zigzag(count - previous));
    previous = count;
  }
  sink.end(packed);
}

function writeSpan(sink: ProtoSink, field: number, offset: number, length: number): void {
  const span = sink.begin(field);
  sink.signed(SpanField.OFFSET, offset);
  sink.unsigned(SpanField.LENGTH, length);
  sink.end(span);
}
