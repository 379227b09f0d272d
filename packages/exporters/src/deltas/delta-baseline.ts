import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { earlierRows } from '@bduf/metrics-core/primitives';

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
 * The read-out itself is the memory: it is a copy that nobody changes.
 */
export class DeltaBaseline {
  readonly #last = new WeakMap<object, MetricFamily>();

  /** The look-up of what the rows of a read-out showed before. */
  previousOf(family: MetricFamily): FindPrevious {
    const last = this.#last.get(family.identity);
    if (last === undefined) return () => undefined;
    const find = earlierRows(last, family);
    return (blockIndex, row) => {
      const place = find(blockIndex, row);
      const block = place === undefined ? undefined : last.blocks[place.blockIndex];
      if (place === undefined || block === undefined || block.hidden?.[place.row] === 1) return undefined;
      // A series that began anew counts from zero again.
      if (block.createdMs[place.row] !== family.blocks[blockIndex]?.createdMs[row]) return undefined;
      return { values: block.values, offset: place.row * last.width };
    };
  }

  /** Makes a read-out the one that later ones are compared with. */
  advance(family: MetricFamily): void {
    this.#last.set(family.identity, family);
  }
}
