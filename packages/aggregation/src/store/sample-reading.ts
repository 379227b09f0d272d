import type { SampledSeries } from '@bduf/metrics-core/interfaces';
import type { HistorySeries } from './history-series.ts';
import type { MetricTimeline } from './metric-timeline.ts';
import type { SampleSegment } from './sample-segment.ts';
import { type NativeRow, nativeBlockOf } from '../native/native-row.ts';
import { RowBuffer } from './row-buffer.ts';
import { type SegmentSpan, segmentSpan } from './segment-span.ts';

const NONE = new Int32Array(0);

/** Reads the samples of series as they are, one series after the other. */
export class SampleReading {
  readonly #timeline: MetricTimeline;
  readonly #span: SegmentSpan;
  readonly #observedSinceMs: number;
  readonly #rows: RowBuffer;

  /** @param segments - In order. */
  constructor(timeline: MetricTimeline, segments: readonly SampleSegment[], observedSinceMs: number) {
    this.#timeline = timeline;
    this.#span = segmentSpan(segments, timeline.interruptedAfterMs);
    this.#observedSinceMs = observedSinceMs;
    this.#rows = new RowBuffer(timeline.shape.width);
  }

  /** All samples of a series; `undefined` when it has none. */
  read(series: HistorySeries): SampledSeries | undefined {
    const { type, width, upperBounds } = this.#timeline.shape;
    const { timestampsMs: allTimes, interruptions } = this.#span;
    const places = new Int32Array(allTimes.length);
    const values = new Float64Array(allTimes.length * width);
    const natives: NativeRow[] = [];
    const count = this.#collect(series.slot, { places, values, natives });
    if (count === 0) return undefined;
    const timestampsMs =
      count === allTimes.length ? allTimes : Float64Array.from(places.subarray(0, count), (at) => allTimes[at] ?? NaN);
    const createdMs = series.createdAt(timestampsMs[0] ?? NaN);
    return {
      labels: series.labels,
      type,
      createdMs,
      observedSinceMs: this.#observedSinceMs,
      timestampsMs,
      values: values.subarray(0, count * width),
      width,
      upperBounds,
      native: natives.length === count ? nativeBlockOf(natives) : undefined,
      resets: resetsOf(series, timestampsMs),
      gaps: gapsOf(places.subarray(0, count), allTimes.length, interruptions),
    };
  }

  #collect(
    slot: number,
    into: { readonly places: Int32Array; readonly values: Float64Array; readonly natives: NativeRow[] },
  ): number {
    const { width } = this.#timeline.shape;
    const rows = this.#rows;
    let count = 0;
    for (const { segment, start } of this.#span.parts) {
      segment.read(slot, rows);
      for (let row = 0; row < rows.count; row++) into.places[count + row] = start + (rows.ticks[row] ?? 0);
      copyColumns(rows, into.values, { at: count * width, width });
      into.natives.push(...rows.natives);
      count += rows.count;
    }
    return count;
  }
}

function copyColumns(
  rows: RowBuffer,
  values: Float64Array,
  { at, width }: { readonly at: number; readonly width: number },
): void {
  for (let number = 0; number < width; number++) {
    const column = rows.columns[number];
    if (column === undefined) continue;
    if (width === 1) values.set(column.subarray(0, rows.count), at);
    else for (let row = 0; row < rows.count; row++) values[at + row * width + number] = column[row] ?? NaN;
  }
}

/** Samples that begin another life; `undefined` when nobody knows when the series was created. */
function resetsOf(series: HistorySeries, timestampsMs: Float64Array): Int32Array | undefined {
  const first = timestampsMs[0] ?? NaN;
  const last = timestampsMs.at(-1) ?? NaN;
  if (Number.isNaN(series.createdAt(first))) return undefined;
  const whole = series.beganBetween(first, last);
  if (whole === undefined) return undefined;
  if (!whole) return NONE;
  const resets: number[] = [];
  for (let index = 1; index < timestampsMs.length; index++) {
    if (series.beganBetween(timestampsMs[index - 1] ?? NaN, timestampsMs[index] ?? NaN) === true) resets.push(index);
  }
  return Int32Array.from(resets);
}

/** Samples before which the series was not there at some tick, or nobody looked for too long; the end when it is not there then. */
function gapsOf(places: Int32Array, ticks: number, interruptions: ReadonlySet<number>): Int32Array {
  const isWhole = places.length === ticks;
  if (isWhole && interruptions.size === 0) return NONE;
  const gaps: number[] = [];
  for (let index = 1; index < places.length; index++) {
    const place = places[index] ?? 0;
    if (place !== (places[index - 1] ?? 0) + 1 || interruptions.has(place)) gaps.push(index);
  }
  if (places.at(-1) !== ticks - 1) gaps.push(places.length);
  return Int32Array.from(gaps);
}
