import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';

/** Where the numbers of a series stood before. */
export interface PreviousRow {
  readonly values: Float64Array;
  /** Where those of the series begin. */
  readonly offset: number;
}

/** Finds the earlier numbers of a row; `undefined` for a series that is new or was reset. */
export type FindPrevious = (blockIndex: number, row: number) => PreviousRow | undefined;

/**
 * Remembers the last read-out of each metric, so that formats which send differences can say what was added since.
 *
 * The read-out itself is the memory: it is a copy that nobody changes. As long as rows keep their numbers, an earlier
 * row is found by its place; after rows were given to other series, by its labels.
 */
export class DeltaBaseline {
  readonly #last = new WeakMap<object, MetricFamily>();

  /** The look-up of what the rows of a read-out showed before. */
  previousOf(family: MetricFamily): FindPrevious {
    const last = this.#last.get(family.identity);
    if (last === undefined) return () => undefined;
    const find = last.epoch === family.epoch ? rowAtSamePlace(last) : rowOfSameLabels(last, family);
    return (blockIndex, row) => {
      const found = find(blockIndex, row);
      const created = family.blocks[blockIndex]?.createdMs[row];
      // A series that began anew counts from zero again.
      if (found === undefined || found.block.createdMs[found.row] !== created) return undefined;
      return { values: found.block.values, offset: found.row * last.width };
    };
  }

  /** Makes a read-out the one that later ones are compared with. */
  advance(family: MetricFamily): void {
    this.#last.set(family.identity, family);
  }
}

interface FoundRow {
  readonly block: FamilyBlock;
  readonly row: number;
}

function rowAtSamePlace(last: MetricFamily): (blockIndex: number, row: number) => FoundRow | undefined {
  return (blockIndex, row) => {
    const block = last.blocks[blockIndex];
    return block !== undefined && row < block.rowCount && block.hidden?.[row] !== 1 ? { block, row } : undefined;
  };
}

function rowOfSameLabels(
  last: MetricFamily,
  family: MetricFamily,
): (blockIndex: number, row: number) => FoundRow | undefined {
  const rows = new Map<string, FoundRow>();
  for (const block of last.blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      if (block.hidden?.[row] !== 1) rows.set(labelKey(last, block, row), { block, row });
    }
  }
  return (blockIndex, row) => {
    const block = family.blocks[blockIndex];
    return block === undefined ? undefined : rows.get(labelKey(family, block, row));
  };
}

function labelKey({ labelNames, labelValues }: MetricFamily, { labelIds }: FamilyBlock, row: number): string {
  const values = labelNames.map((_, k) => labelValues[k]?.[labelIds[row * labelNames.length + k] ?? 0]);
  return JSON.stringify(values);
}
