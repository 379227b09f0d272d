import type { FamilyBlock } from '@bduf/metrics-core/interfaces';
import type { ByteSink } from '../bytes/byte-sink.ts';
import type { PageMarks } from './page-marks.ts';
import type { RowRange } from './row-range.ts';

/** Renders rows of one family as lines that end in a number and one more byte. */
export interface RowWriter {
  /** Lines of a row. */
  readonly lineCount: number;

  /** Bytes held of what rows share. */
  readonly byteLength: number;

  /** Renders what rows share, such as label values. */
  prepare(rows: RowRange): void;

  /**
   * Writes the lines of one row that was prepared, and marks them.
   *
   * @param marks - Told where the numbers are; invalidated when the row has lines that marks cannot describe.
   */
  writeRow(sink: ByteSink, block: FamilyBlock, row: number, marks: PageMarks): void;

  /**
   * The numbers of all lines of the visible rows, in order, without rendering them.
   *
   * @param room - May be used for the result; must hold `rowCount * lineCount` numbers.
   * @returns The numbers, or `undefined` when a row has lines that marks cannot describe.
   */
  numbersOf(rows: RowRange, room: Float64Array): Float64Array | undefined;
}

/**
 * Writes all visible rows of a range.
 *
 * @param marks - Emptied first.
 */
export function writeRows(writer: RowWriter, rows: RowRange, sink: ByteSink, marks: PageMarks): void {
  const { block, firstRow, rowCount } = rows;
  writer.prepare(rows);
  marks.clear();
  for (let row = firstRow; row < firstRow + rowCount; row++) {
    if (block.hidden?.[row] !== 1) writer.writeRow(sink, block, row, marks);
  }
}
