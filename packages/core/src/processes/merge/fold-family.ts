import type { FamilyBlock } from '../../interfaces/metric-family.ts';
import { MetricType } from '../../interfaces/metric-type.ts';
import type { BlockDetails, SourceFamily } from '../../metrics/source-family.ts';
import { SUMMARY_BUCKETS } from '../../metrics/summary-window.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../../storage/chunk-layout.ts';
import { type Contribution, forEachShown } from './contribution.ts';
import { type KeptSeries, nativeOptions } from './kept-series.ts';
import { MergedBuckets, MergedWindows } from './merged-buckets.ts';
import { mergedExemplars } from './merged-exemplars.ts';
import type { MergedRows } from './merged-rows.ts';
import { addValues, chooseValues, initialMarks, type ValueChunks } from './merged-values.ts';
import type { NumberFolding } from './number-folding.ts';

/** What a merged family is folded from. */
export interface FoldInput {
  /** A family whose description and rules count; its blocks do not. */
  readonly head: SourceFamily;
  readonly folding: NumberFolding;
  readonly rows: MergedRows;
  readonly kept: KeptSeries;
  readonly contributions: readonly Contribution[];
  readonly nowMs: number;
}

/** The blocks of a merged family. */
export interface FoldedBlocks {
  readonly blocks: readonly FamilyBlock[];
  readonly details: readonly BlockDetails[];
}

/**
 * Folds kept numbers and those of living workers into blocks.
 *
 * @param withWindows - Whether the slices of a summary's window are wanted, and not only its quantiles.
 */
export function foldFamily(input: FoldInput, withWindows: boolean): FoldedBlocks {
  const { store } = input.rows;
  const chunks = Array.from({ length: store.chunkCount }, (_, chunk) => store.readChunk(chunk));
  const values = chunks.map((chunk) => chunk.values);
  const marks = foldValues(values, input);
  const windows = foldWindows(input);
  if (windows !== undefined) writeQuantiles(windows, values, input);
  const native = foldNative(input)?.columns(store.rowCount);
  const exemplars = mergedExemplars(input.contributions);
  const slices = withWindows ? windows?.windows(store.rowCount) : undefined;
  return {
    blocks: chunks.map((chunk, at) => ({
      rowCount: chunk.createdMs.length,
      labelIds: chunk.ids,
      values: chunk.values,
      createdMs: chunk.createdMs,
      hidden: chunk.hidden,
      native: native?.[at],
      exemplars: exemplars[at] ?? [],
    })),
    details: chunks.map((_, at) => ({ marks: marks?.[at], windows: slices?.[at] ?? [] })),
  };
}

/** Adds or chooses into copies of the kept numbers; returns the marks of what was chosen. */
function foldValues(values: ValueChunks, { folding, rows, kept, contributions }: FoldInput): ValueChunks | undefined {
  if (folding.isSum) {
    for (const contribution of contributions) addValues(values, contribution, rows.store.width, folding);
    return undefined;
  }
  const marks = initialMarks(values, kept.marks);
  for (const contribution of contributions) chooseValues(values, marks, contribution, folding);
  return marks.map((chunk) => chunk.map((mark) => Math.max(mark, 0)));
}

function foldNative({ head, kept, contributions }: FoldInput): MergedBuckets | undefined {
  if (head.rules.native === undefined) return undefined;
  const all = new MergedBuckets(nativeOptions(head.rules));
  all.addAll(kept.native);
  for (const contribution of contributions) {
    forEachShown(contribution, (row, { block, row: from }) => {
      if (block.native !== undefined) all.add(row, block.native, from);
    });
  }
  return all;
}

function foldWindows({ head, kept, contributions, nowMs }: FoldInput): MergedWindows | undefined {
  if (head.family.type !== MetricType.SUMMARY) return undefined;
  const all = new MergedWindows(SUMMARY_BUCKETS, head.rules.sliceMs);
  kept.windows.expire(nowMs);
  all.addAll(kept.windows);
  for (const contribution of contributions) {
    forEachShown(contribution, (row, { input, blockAt, row: from }) => {
      for (const slice of input.details[blockAt]?.windows ?? []) all.add(row, slice, from);
    });
  }
  all.expire(nowMs);
  return all;
}

function writeQuantiles(windows: MergedWindows, values: ValueChunks, { head, rows }: FoldInput): void {
  const { quantiles, width } = head.family;
  for (let row = 0; row < rows.store.rowCount; row++) {
    const chunk = values[row >>> CHUNK_BITS];
    if (chunk !== undefined) windows.writeQuantiles(row, quantiles, chunk, (row & CHUNK_MASK) * width);
  }
}
