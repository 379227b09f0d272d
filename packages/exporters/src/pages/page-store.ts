import type { ByteSink } from '../bytes/byte-sink.ts';
import { Page } from './page.ts';
import type { PageBudget, PageHolder } from './page-budget.ts';
import type { PageBytes } from './page-bytes.ts';
import type { PageTools } from './page-tools.ts';
import type { RowRange } from './row-range.ts';
import { type RowWriter, writeRows } from './row-writer.ts';

/** Lines of a page: enough that a page is worth a write to a socket, few enough that one is rendered in 0.1 ms. */
const PAGE_LINES = 256;

/** What a page holds for each line beside its bytes: marks, number, room to grow. */
const BYTES_PER_LINE = 12;

/** The pages of one family in one format. */
export class PageStore implements PageHolder {
  /** Rows of a page; the last one of a block may have fewer. */
  readonly pageRows: number;
  readonly #writer: RowWriter;
  readonly #budget: PageBudget;
  /** By block, then by place in the block. */
  #pages: (Page | undefined)[][] = [];
  #sharedBytes = 0;

  /**
   * @param writer - Renders the rows.
   * @param budget - Asked before a page is kept.
   */
  constructor(writer: RowWriter, budget: PageBudget) {
    this.#writer = writer;
    this.#budget = budget;
    this.pageRows = Math.max(1, Math.floor(PAGE_LINES / writer.lineCount));
  }

  /**
   * The bytes of rows, from a page that is brought up to date or made.
   *
   * @param blockIndex - Which block the rows are of.
   * @returns `undefined` when no page can be kept of them; then they were written into the sink.
   */
  render(rows: RowRange, blockIndex: number, sink: ByteSink, tools: PageTools): PageBytes | undefined {
    const pages = (this.#pages[blockIndex] ??= []);
    const index = rows.firstRow / this.pageRows;
    const numbers = this.#writer.numbersOf(rows, tools.roomFor(rows.rowCount * this.#writer.lineCount));
    const page = pages[index];
    if (page !== undefined && numbers !== undefined && page.shows(rows)) {
      this.#patch(page, numbers, tools);
      return page.chunk;
    }
    if (page !== undefined) this.#budget.adjust(this, -page.byteLength);
    const fresh = this.#renderAnew(rows, numbers, sink, tools);
    pages[index] = fresh;
    return fresh?.chunk;
  }

  dropPages(): void {
    this.#pages = [];
    this.#sharedBytes = 0;
  }

  /** Counts what rows share, which grows with the label values; it takes room from pages. */
  #countShared(): void {
    const bytes = this.#writer.byteLength;
    if (bytes !== this.#sharedBytes) this.#budget.adjust(this, bytes - this.#sharedBytes);
    this.#sharedBytes = bytes;
  }

  #patch(page: Page, numbers: Float64Array, tools: PageTools): void {
    const growth = tools.patcher.patch(page, numbers);
    if (growth !== 0) this.#budget.adjust(this, growth);
  }

  #renderAnew(
    rows: RowRange,
    numbers: Float64Array | undefined,
    sink: ByteSink,
    { marks }: PageTools,
  ): Page | undefined {
    const start = sink.length;
    writeRows(this.#writer, rows, sink, marks);
    this.#countShared();
    if (numbers === undefined || !marks.isComplete || marks.count === 0) return undefined;
    if (!this.#budget.hasRoom(sink.length - start + marks.count * BYTES_PER_LINE)) return undefined;
    const page = new Page(rows, sink.bytes.subarray(start, sink.length), marks, numbers);
    this.#budget.adjust(this, page.byteLength);
    sink.length = start;
    return page;
  }
}
