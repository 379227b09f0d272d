import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';

/** Consecutive rows of a block of a family. */
export interface RowRange {
  readonly family: MetricFamily;
  readonly block: FamilyBlock;
  readonly firstRow: number;
  readonly rowCount: number;
}

/**
 * Cuts a block into ranges.
 *
 * @param most - Most rows of a range; only the last one may have fewer.
 * @yields The ranges in order.
 */
export function* rowRanges(
  family: MetricFamily,
  block: FamilyBlock,
  most: number,
): Generator<RowRange, void, undefined> {
  for (let firstRow = 0; firstRow < block.rowCount; firstRow += most) {
    yield { family, block, firstRow, rowCount: Math.min(most, block.rowCount - firstRow) };
  }
}
