import type { FamilyBlock, MetricFamily } from '../interfaces/metric-family.ts';

/** Where a series is in a read-out. */
export interface RowPlace {
  /** Index of the block. */
  readonly blockIndex: number;
  /** Row in the block. */
  readonly row: number;
}

/** Finds the place that a series had in an earlier read-out, by its place in the later one. */
export type FindEarlierRow = (blockIndex: number, row: number) => RowPlace | undefined;

/**
 * Finds series of one read-out of a metric in an earlier one, hidden series included. Within an epoch a series keeps its place; after
 * rows were given to other series it is found by its labels.
 *
 * The same labels need not be the same life of the series: whoever compares numbers compares `createdMs` first.
 *
 * Costs nothing within an epoch, otherwise O(series of the earlier read-out) once.
 *
 * @param earlier - A read-out with the `identity` of the later one.
 * @param later - Whose rows are looked for.
 */
export function earlierRows(earlier: MetricFamily, later: MetricFamily): FindEarlierRow {
  if (earlier.epoch === later.epoch) {
    return (blockIndex, row) => {
      const block = earlier.blocks[blockIndex];
      return block !== undefined && row < block.rowCount ? { blockIndex, row } : undefined;
    };
  }
  const places = placesByLabels(earlier);
  return (blockIndex, row) => {
    const block = later.blocks[blockIndex];
    return block !== undefined && row < block.rowCount ? places.get(labelKey(later, block, row)) : undefined;
  };
}

/** The place of every series by its labels: of two with the same labels the visible one. */
function placesByLabels(family: MetricFamily): ReadonlyMap<string, RowPlace> {
  const places = new Map<string, RowPlace>();
  for (const [blockIndex, block] of family.blocks.entries()) {
    for (let row = 0; row < block.rowCount; row++) {
      const key = labelKey(family, block, row);
      if (block.hidden?.[row] !== 1 || !places.has(key)) places.set(key, { blockIndex, row });
    }
  }
  return places;
}

/** A text that only series with the same labels share. An empty label is the same as none. */
function labelKey({ labelNames, labelValues }: MetricFamily, { labelIds }: FamilyBlock, row: number): string {
  const pairs = labelNames.map((name, at) => [name, labelValues[at]?.[labelIds[row * labelNames.length + at] ?? -1]]);
  return JSON.stringify(pairs.filter(([, value]) => value !== undefined && value !== ''));
}
