import type { MetricFamily } from '@bduf/metrics-core/interfaces';

/**
 * Reads the numbers of a series, its *slots*, in the order in which text formats write them: one value of a counter,
 * gauge and the like; the columns of a summary; cumulative buckets, sum and count of a histogram.
 *
 * @param values - Numbers of a block.
 * @param offset - Where those of the series begin.
 */
export type ReadSlots = (values: Float64Array, offset: number, slots: Float64Array) => void;

/** The reader for rows of a family. */
export function slotReader({ type, width }: MetricFamily): ReadSlots {
  if (type === 'histogram') return (values, offset, slots) => readHistogram(values, offset, width, slots);
  if (width === 1) {
    return (values, offset, slots) => {
      slots[0] = values[offset] as number;
    };
  }
  return (values, offset, slots) => {
    for (let c = 0; c < width; c++) slots[c] = values[offset + c] as number;
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
