import { CHUNK_BITS, CHUNK_MASK } from '../../storage/chunk-layout.ts';
import { type Contribution, forEachShown } from './contribution.ts';
import type { NumberFolding } from './number-folding.ts';

/** The numbers of a merged family, an array for each chunk of rows. */
export type ValueChunks = readonly Float64Array[];

/** Adds the numbers of a worker's visible rows. */
export function addValues(
  into: ValueChunks,
  { input, rows }: Contribution,
  width: number,
  { firstColumn }: NumberFolding,
): void {
  input.family.blocks.forEach(({ rowCount, values, hidden }, at) => {
    const merged = rows.blocks[at];
    if (merged === undefined) return;
    for (let row = 0; row < rowCount; row++) {
      if (hidden !== undefined && hidden[row] === 1) continue;
      const target = merged[row] ?? 0;
      // A merged row has its chunk.
      const sums = into[target >>> CHUNK_BITS] as Float64Array;
      const start = (target & CHUNK_MASK) * width;
      for (let column = firstColumn; column < width; column++) {
        sums[start + column] = (sums[start + column] ?? 0) + (values[row * width + column] ?? 0);
      }
    }
  });
}

/** Mark of a row for which nothing was chosen yet. */
const NOTHING_CHOSEN = -1;

/**
 * Marks to begin choosing with.
 *
 * @param keptMarks - Marks of the rows whose kept numbers are candidates.
 */
export function initialMarks(values: ValueChunks, keptMarks: ReadonlyMap<number, number>): ValueChunks {
  const marks = values.map(({ length }) => new Float64Array(length).fill(NOTHING_CHOSEN));
  for (const [row, mark] of keptMarks) {
    const chunk = marks[row >>> CHUNK_BITS];
    if (chunk !== undefined) chunk[row & CHUNK_MASK] = mark;
  }
  return marks;
}

/** Chooses among the numbers of a worker's visible rows and those chosen so far. */
export function chooseValues(
  values: ValueChunks,
  marks: ValueChunks,
  contribution: Contribution,
  folding: NumberFolding,
): void {
  forEachShown(contribution, (target, { input, blockAt, block, row }) => {
    const candidate = { value: block.values[row] ?? NaN, mark: input.details[blockAt]?.marks?.[row] ?? 1 };
    // A merged row has its chunk.
    const chunk = values[target >>> CHUNK_BITS] as Float64Array;
    const chunkMarks = marks[target >>> CHUNK_BITS] as Float64Array;
    const at = target & CHUNK_MASK;
    const chosen = { value: chunk[at] ?? NaN, mark: chunkMarks[at] ?? NOTHING_CHOSEN };
    if (chosen.mark !== NOTHING_CHOSEN && !folding.replaces(chosen, candidate)) return;
    chunk[at] = candidate.value;
    chunkMarks[at] = candidate.mark;
  });
}
