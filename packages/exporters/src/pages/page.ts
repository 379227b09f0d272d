import { PageBytes } from './page-bytes.ts';
import type { PageMarks } from './page-marks.ts';
import type { RowRange } from './row-range.ts';

/**
 * Rendered lines of consecutive rows, kept from one document to the next, with the numbers they show and the place of
 * each number.
 */
export class Page {
  /** The rendered lines. */
  chunk: PageBytes;
  /** Bytes before the number of each line. */
  readonly heads: Uint16Array;
  /** Bytes of the number of each line. */
  readonly widths: Uint8Array;
  /** The numbers that the lines show. */
  readonly shown: Float64Array;
  readonly #rowCount: number;
  readonly #hidden: Uint8Array | undefined;

  /**
   * @param rows - What is rendered.
   * @param rendered - The bytes; copied.
   * @param marks - Where the numbers are; copied.
   * @param numbers - The numbers; copied.
   */
  constructor(rows: RowRange, rendered: Uint8Array, marks: PageMarks, numbers: Float64Array) {
    this.chunk = PageBytes.copyOf(rendered, marks.count);
    this.heads = marks.heads.slice(0, marks.count);
    this.widths = marks.widths.slice(0, marks.count);
    this.shown = numbers.slice();
    this.#rowCount = rows.rowCount;
    this.#hidden = rows.block.hidden?.slice(rows.firstRow, rows.firstRow + rows.rowCount);
  }

  /** Bytes held, without the overhead of objects. */
  get byteLength(): number {
    const { chunk, heads, widths, shown } = this;
    const hidden = this.#hidden?.byteLength ?? 0;
    return chunk.storage.byteLength + heads.byteLength + widths.byteLength + shown.byteLength + hidden;
  }

  /** Whether the page shows exactly the visible ones of these rows. */
  shows({ block, firstRow, rowCount }: RowRange): boolean {
    if (rowCount !== this.#rowCount) return false;
    if (this.#hidden === undefined && block.hidden === undefined) return true;
    for (let row = 0; row < rowCount; row++) {
      if ((this.#hidden?.[row] ?? 0) !== (block.hidden?.[firstRow + row] ?? 0)) return false;
    }
    return true;
  }
}
