import type { FamilyBlock } from '../../interfaces/metric-family.ts';
import type { SourceFamily } from '../../metrics/source-family.ts';
import { isShown, type SourceRows } from './source-rows.ts';

/** What one worker gives to a merged family. */
export interface Contribution {
  /** Its latest read-out. */
  readonly input: SourceFamily;
  /** Which merged rows it belongs to. */
  readonly rows: SourceRows;
}

/** One visible row of a contribution. */
export interface ContributedRow {
  readonly input: SourceFamily;
  /** Number of its block. */
  readonly blockAt: number;
  readonly block: FamilyBlock;
  /** Row in the block. */
  readonly row: number;
}

/**
 * Calls back for each visible row of a contribution.
 *
 * @param visit - Gets the merged row and the row itself, as an object that is used again.
 */
export function forEachShown(
  { input, rows }: Contribution,
  visit: (mergedRow: number, from: ContributedRow) => void,
): void {
  input.family.blocks.forEach((block, blockAt) => {
    const merged = rows.blocks[blockAt];
    if (merged === undefined) return;
    const from = { input, blockAt, block, row: 0 };
    for (; from.row < block.rowCount; from.row++) {
      if (isShown(block, from.row)) visit(merged[from.row] ?? 0, from);
    }
  });
}
