import type { FamilyBlock, MetricFamily } from '../../interfaces/metric-family.ts';
import type { FamilyLayout } from './family-layout.ts';
import type { MergedRows } from './merged-rows.ts';

/** Stands for a row that was hidden so far and has no merged row yet. */
const UNMAPPED = -1;

/**
 * Which merged row each row of one worker's family belongs to. It is built once for each row; as long as the family keeps
 * its epoch, a read-out costs no look-up at all.
 */
export class SourceRows {
  /** For each block the merged row of each row. */
  readonly blocks: Int32Array[] = [];
  readonly #merged: MergedRows;
  /** For each label of the merged family: its id for each id of the worker, plus one; 0 is unknown. */
  readonly #ids: Int32Array[];
  /** Ids of labels that all rows of this worker share. */
  readonly #constantIds: Int32Array;
  readonly #tuple: Int32Array;

  constructor(merged: MergedRows, { labelNames }: FamilyLayout, family: MetricFamily) {
    const ownCount = family.labelNames.length;
    const constants = new Map(family.constantLabels);
    this.#merged = merged;
    this.#ids = family.labelNames.map(() => new Int32Array(0));
    this.#constantIds = Int32Array.from(labelNames, (name, label) =>
      label < ownCount ? 0 : merged.idOf(label, constants.get(name) ?? ''),
    );
    this.#tuple = new Int32Array(labelNames.length);
  }

  /** Takes in the rows that are new or shown for the first time. The family is the same one, in the same epoch. */
  extend(family: MetricFamily): void {
    family.blocks.forEach((block, at) => {
      const known = this.blocks[at] ?? new Int32Array(0);
      const isComplete = known.length === block.rowCount && (known.length === 0 || !known.includes(UNMAPPED));
      if (isComplete) return;
      const rows = new Int32Array(block.rowCount).fill(UNMAPPED);
      rows.set(known);
      for (let row = 0; row < block.rowCount; row++) {
        if (rows[row] === UNMAPPED && isShown(block, row)) rows[row] = this.#rowOf(family, block, row);
      }
      this.blocks[at] = rows;
    });
  }

  #rowOf({ labelNames, labelValues }: MetricFamily, block: FamilyBlock, row: number): number {
    const ownCount = labelNames.length;
    this.#tuple.set(this.#constantIds);
    for (let label = 0; label < ownCount; label++) {
      const id = block.labelIds[row * ownCount + label] ?? 0;
      this.#tuple[label] = this.#mergedId(label, id, labelValues[label] ?? []);
    }
    return this.#merged.rowOf(this.#tuple, block.createdMs[row] ?? 0);
  }

  #mergedId(label: number, id: number, values: readonly string[]): number {
    let ids = this.#ids[label] ?? new Int32Array(0);
    if (id >= ids.length) {
      const larger = new Int32Array(Math.max(values.length, id + 1));
      larger.set(ids);
      this.#ids[label] = ids = larger;
    }
    const known = (ids[id] ?? 0) - 1;
    if (known >= 0) return known;
    const merged = this.#merged.idOf(label, values[id] ?? '');
    ids[id] = merged + 1;
    return merged;
  }
}

/** Whether a row of a block is visible. */
export function isShown({ hidden }: FamilyBlock, row: number): boolean {
  return hidden === undefined || hidden[row] !== 1;
}
