import { PageMarks } from './page-marks.ts';
import { PagePatcher } from './page-patcher.ts';

/** What pages are worked on with; one set serves all pages of an encoder. */
export class PageTools {
  /** Changes pages. */
  readonly patcher: PagePatcher = new PagePatcher();
  /** Marks of the page that is being rendered. */
  readonly marks: PageMarks = new PageMarks();
  #room = new Float64Array(0);

  /** Room for numbers, used again by the next call. */
  roomFor(count: number): Float64Array {
    if (count > this.#room.length) this.#room = new Float64Array(count);
    return this.#room;
  }
}
