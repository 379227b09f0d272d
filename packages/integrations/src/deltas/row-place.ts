import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';

/** Where a series is in a read-out. */
export interface RowPlace {
  /** Index of the block. */
  readonly block: number;
  /** Row in the block. */
  readonly row: number;
}

/** A text that only series with the same labels share. A label that came with a later epoch is empty before, which is the same as none. */
export function labelKey(family: MetricFamily, block: FamilyBlock, row: number): string {
  const { labelNames, labelValues } = family;
  return JSON.stringify(
    labelNames.flatMap((name, at) => {
      const value = labelValues[at]?.[block.labelIds[row * labelNames.length + at] ?? -1] ?? '';
      return value === '' ? [] : [[name, value]];
    }),
  );
}

/** The place of every series by its labels, hidden ones included unless a visible one has the same labels. O(series). */
export function placesByLabels(family: MetricFamily): ReadonlyMap<string, RowPlace> {
  const places = new Map<string, RowPlace>();
  for (const [index, block] of family.blocks.entries()) {
    for (let row = 0; row < block.rowCount; row++) {
      const key = labelKey(family, block, row);
      if (block.hidden?.[row] !== 1 || !places.has(key)) places.set(key, { block: index, row });
    }
  }
  return places;
}
