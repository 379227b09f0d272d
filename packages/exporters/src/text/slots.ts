import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';

/**
 * The numbers of a series in the order in which text formats write them. Counters, gauges and the like have one; a
 * summary has its columns; a histogram has cumulative buckets, sum and count.
 *
 * @returns How many slots a series of the family has, not counting the creation time.
 */
export function slotCount(family: MetricFamily): number {
  return family.type === 'histogram' ? family.width + 1 : family.width;
}

/** Reads the slots of one row into `slots`. */
export type ReadSlots = (block: FamilyBlock, row: number, slots: Float64Array) => void;

/** The reader for rows of a family. */
export function slotReader(family: MetricFamily): ReadSlots {
  const { width } = family;
  if (family.type === 'histogram') return (block, row, slots) => readHistogram(block.values, row * width, width, slots);
  if (width === 1) {
    return (block, row, slots) => {
      slots[0] = block.values[row] as number;
    };
  }
  return (block, row, slots) => {
    for (let c = 0; c < width; c++) slots[c] = block.values[row * width + c] as number;
  };
}

function readHistogram(values: Float64Array, offset: number, width: number, slots: Float64Array): void {
  const buckets = width - 1;
  let count = 0;
  for (let b = 0; b < buckets; b++) {
    count += values[offset + b] as number;
    slots[b] = count;
  }
  slots[buckets] = values[offset + buckets] as number;
  slots[buckets + 1] = count;
}
