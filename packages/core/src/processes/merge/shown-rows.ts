import type { FamilyBlock } from '../../interfaces/metric-family.ts';
import type { RowStore } from '../../storage/row-store.ts';
import { isShown } from './source-rows.ts';

/** Whether all rows of a block are still there in another read-out and have not begun anew: what most read-outs find. */
export function hasSameLives(before: FamilyBlock, current: FamilyBlock | undefined): boolean {
  if (current === undefined) return false;
  for (let row = 0; row < before.rowCount; row++) {
    const isLive = isShown(before, row);
    if (isLive && (!isShown(current, row) || before.createdMs[row] !== current.createdMs[row])) return false;
  }
  return true;
}

/** Shows the merged rows of a block's visible rows, and marks them as shown. */
export function markShown(
  block: FamilyBlock,
  merged: Int32Array | undefined,
  store: RowStore,
  shown: Uint8Array,
): void {
  if (merged === undefined) return;
  for (let from = 0; from < block.rowCount; from++) {
    const row = merged[from] ?? 0;
    if (!isShown(block, from) || shown[row] === 1) continue;
    shown[row] = 1;
    if (store.isHidden(row)) store.show(row, block.createdMs[from] ?? 0);
  }
}
