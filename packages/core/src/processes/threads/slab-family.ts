import type { FamilyBlock, NativeHistogramBlock } from '../../interfaces/metric-family.ts';
import { MetricType } from '../../interfaces/metric-type.ts';
import type { BlockDetails, SourceFamily, WindowSlice } from '../../metrics/source-family.ts';
import { type NativeCounts, nativeColumns } from '../../metrics/native-columns.ts';
import { SUMMARY_BUCKETS } from '../../metrics/summary-window.ts';
import type { BucketVisits } from '../../primitives/exponential-buckets.ts';
import { CHUNK_ROWS } from '../../storage/chunk-layout.ts';
import { familyOf, rulesOf } from '../metric-head.ts';
import type { SharedBuckets, SharedSketch, SlabMetric } from './slab-metric.ts';

/** Numbers of a metric of another thread, copied from shared memory. */
export interface SlabCopy {
  readonly metric: SlabMetric;
  /** Stored numbers of each chunk of rows. */
  readonly numbers: readonly Float64Array[];
  /** Native buckets of each chunk, of a histogram that has them. */
  readonly native: readonly (NativeHistogramBlock | undefined)[];
  /** Slices of the window of each chunk, of a summary. */
  readonly windows: readonly (readonly WindowSlice[])[];
}

/** Copies the numbers of a metric. */
export function copyNumbers(metric: SlabMetric): SlabCopy {
  const { rows, chunks, head } = metric;
  const chunkNumbers = Array.from({ length: rows.chunkCount }, (_, chunk) => chunk);
  const isSummary = head.type === MetricType.SUMMARY;
  return {
    metric,
    numbers: chunkNumbers.map((chunk) => copyChunk(chunks[chunk], rows.rowsIn(chunk) * head.width)),
    native: chunkNumbers.map((chunk) => (head.rules.native === undefined ? undefined : copyNative(metric, chunk))),
    windows: chunkNumbers.map((chunk) => (isSummary ? copyWindows(metric, chunk) : [])),
  };
}

/** Makes the family of a copy. */
export function slabFamily({ metric, numbers, native, windows }: SlabCopy, nowMs: number): SourceFamily {
  const { head, rows, labelValues, identity, epoch } = metric;
  const blocks = numbers.map((stored, chunk): FamilyBlock => {
    const { ids, createdMs, hidden } = rows.readChunk(chunk);
    const rowCount = createdMs.length;
    const values = readNumbers(metric, stored, rowCount);
    return { rowCount, labelIds: ids, values, createdMs, hidden, native: native[chunk], exemplars: [] };
  });
  const details = numbers.map((stored, chunk): BlockDetails => {
    const hasMarks = head.type === MetricType.GAUGE && head.width === 2;
    return {
      marks: hasMarks ? everyOther(stored, 1) : undefined,
      windows: windows[chunk]?.filter(({ endMs }) => endMs > nowMs) ?? [],
    };
  });
  const family = familyOf({ ...head, width: metric.readWidth }, { labelValues, blocks, identity, epoch });
  return { family, rules: rulesOf(head), details };
}

/** Stored numbers as those of the read-out. */
function readNumbers(metric: SlabMetric, stored: Float64Array, rowCount: number): Float64Array {
  const { type, width, quantiles } = metric.head;
  if (type === MetricType.GAUGE && width === 2) return everyOther(stored, 0);
  if (type !== MetricType.SUMMARY) return stored;
  const { readWidth } = metric;
  const numbers = new Float64Array(rowCount * readWidth).fill(NaN);
  for (let row = 0; row < rowCount; row++) {
    numbers.set(stored.subarray(row * width, (row + 1) * width), row * readWidth + quantiles.length);
  }
  return numbers;
}

function everyOther(stored: Float64Array, first: number): Float64Array {
  return Float64Array.from({ length: stored.length / 2 }, (_, row) => stored[row * 2 + first] ?? 0);
}

function copyChunk(shared: Float64Array | undefined, length: number): Float64Array {
  const copy = new Float64Array(length);
  if (shared !== undefined) copy.set(shared.subarray(0, length));
  return copy;
}

function copyNative({ sketches, rows, head }: SlabMetric, chunk: number): NativeHistogramBlock {
  const zeroThreshold = head.rules.native?.zeroThreshold ?? 0;
  return nativeColumns(
    Array.from({ length: rows.rowsIn(chunk) }, (_, row) =>
      sketchCounts(sketches[chunk * CHUNK_ROWS + row]?.[0], zeroThreshold),
    ),
  );
}

/** Slices of time that any row of a chunk holds. */
function copyWindows({ sketches, slices, rows, head }: SlabMetric, chunk: number): readonly WindowSlice[] {
  const first = chunk * CHUNK_ROWS;
  const rowCount = rows.rowsIn(chunk);
  const { sliceMs } = head.rules;
  const held = new Map<number, number>();
  for (let row = first; row < first + rowCount; row++) {
    slices[row]?.heldSlices.forEach((slice) => held.set(slice, (slices[row]?.firstEndMs ?? 0) + slice * sliceMs));
  }
  return Array.from(held, ([slice, endMs]) => ({
    endMs,
    buckets: nativeColumns(
      Array.from({ length: rowCount }, (_, at) => {
        const heldBy = slices[first + at]?.heldSlices;
        const position = heldBy === undefined ? -1 : slice % heldBy.length;
        const sketch = heldBy?.[position] === slice ? sketches[first + at]?.[position] : undefined;
        return sketchCounts(sketch, SUMMARY_BUCKETS.zeroThreshold);
      }),
    ),
  }));
}

function sketchCounts(sketch: SharedSketch | undefined, zeroThreshold: number): NativeCounts {
  if (sketch === undefined) return { schema: 0, zeroCount: 0, zeroThreshold, positive: NOTHING, negative: NOTHING };
  return {
    schema: sketch.schema,
    zeroCount: sketch.zeros[0] ?? 0,
    zeroThreshold,
    positive: visits(sketch.positive),
    negative: visits(sketch.negative),
  };
}

const NOTHING: BucketVisits = { forEach: () => undefined };

function visits({ counts, base }: SharedBuckets): BucketVisits {
  return {
    forEach: (visit) => {
      for (let at = 0; at < counts.length; at++) {
        const count = counts[at] ?? 0;
        if (count !== 0) visit(base + at, count);
      }
    },
  };
}
