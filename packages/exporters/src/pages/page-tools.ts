import { PageMarks } from './page-marks.ts';
import { PagePatcher, type WriteNumber } from './page-patcher.ts';

/** What pages are worked on with; one set serves all pages of an encoder. */
export class PageTools {
  /** Changes pages. */
  readonly patcher: PagePatcher;
  /** Marks of the page that is being rendered. */
  readonly marks: PageMarks = new PageMarks();
  #room = new Float64Array(0);

  /** @param writeNumber - How the format writes numbers. */
  constructor(writeNumber: WriteNumber) {
    this.patcher = new PagePatcher(writeNumber);
  }

  /** Room for numbers, used again by the next call. */
  roomFor(count: number): Float64Array {
    if (count > this.#room.length) this.#room = new Float64Array(count);
    return this.#room;
  }
}
