import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';

/** A series that is shown, by its place. */
export interface VisibleRow {
  readonly family: MetricFamily;
  readonly block: FamilyBlock;
  /** Index of the block. */
  readonly blockIndex: number;
  readonly row: number;
  /** Its numbers; a view. */
  readonly numbers: Float64Array;
}

/**
 * The series of a family, hidden ones left out.
 *
 * @yields Rows in order.
 */
export function* visibleRows(family: MetricFamily): Generator<VisibleRow, void, undefined> {
  const { width } = family;
  for (const [blockIndex, block] of family.blocks.entries()) {
    for (let row = 0; row < block.rowCount; row++) {
      if (block.hidden?.[row] === 1) continue;
      yield { family, block, blockIndex, row, numbers: block.values.subarray(row * width, (row + 1) * width) };
    }
  }
}
