import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import type { ByteSink } from '../bytes/byte-sink.ts';
import { type EncodedChunk, lastingChunk } from '../chunks/encoded-chunk.ts';
import type { PageBudget } from './page-budget.ts';
import type { PageBytes } from './page-bytes.ts';
import { PageStore } from './page-store.ts';
import { PageTools } from './page-tools.ts';
import type { WriteNumber } from './page-patcher.ts';
import { rowRanges } from './row-range.ts';
import { type RowWriter, writeRows } from './row-writer.ts';

/** What is not kept in pages is handed out when it has grown to this many bytes. */
const CHUNK_BYTES = 32 * 1024;
/** A family of fewer lines is rendered each time: it is quicker to copy than to send as a piece of its own. */
const LEAST_PAGED_LINES = 64;

/** A family as a format renders it. */
export interface PagedFamily {
  readonly writer: RowWriter;
  readonly pages: PageStore;
}

/** Renders the rows of families: from pages where that pays, otherwise anew. */
export class PagedRendering {
  readonly #budget: PageBudget;
  readonly #tools: PageTools;

  /**
   * @param budget - Bounds the pages.
   * @param writeNumber - How the format writes numbers.
   */
  constructor(budget: PageBudget, writeNumber: WriteNumber) {
    this.#budget = budget;
    this.#tools = new PageTools(writeNumber);
  }

  /** Prepares a family for rendering. */
  begin(writer: RowWriter): PagedFamily {
    return { writer, pages: new PageStore(writer, this.#budget) };
  }

  /** Drops what is kept of a family. */
  end({ pages }: PagedFamily): void {
    this.#budget.release(pages);
  }

  /**
   * Renders all visible rows.
   *
   * @param sink - Holds what comes before the rows; holds the last of them afterwards.
   * @yields Pages, and what the sink holds when it holds much or a page comes next.
   */
  *rows(
    paged: PagedFamily,
    family: MetricFamily,
    sink: ByteSink,
    nowMs: number,
  ): Generator<EncodedChunk, void, undefined> {
    const isPaged = rowCountOf(family) * paged.writer.lineCount >= LEAST_PAGED_LINES;
    if (isPaged) this.#budget.use(paged.pages, nowMs);
    for (const [blockIndex, block] of family.blocks.entries()) {
      for (const rows of rowRanges(family, block, paged.pages.pageRows)) {
        const page = isPaged ? paged.pages.render(rows, blockIndex, sink, this.#tools) : undefined;
        if (!isPaged) writeRows(paged.writer, rows, sink, this.#tools.marks);
        if (page !== undefined) yield* lent(page, sink);
        else if (sink.length >= CHUNK_BYTES) yield lastingChunk(sink.take());
      }
    }
  }
}

/**
 * Hands out what the sink holds, then a page, which stays as it is meanwhile: another document that is read in turns with
 * this one may want to change it.
 *
 * @yields What the sink held, if anything, and the page.
 */
function* lent(page: PageBytes, sink: ByteSink): Generator<EncodedChunk, void, undefined> {
  page.retain();
  if (sink.length > 0) yield lastingChunk(sink.take());
  yield page;
  page.release();
}

function rowCountOf({ blocks }: { readonly blocks: readonly FamilyBlock[] }): number {
  return blocks.reduce((sum, { rowCount }) => sum + rowCount, 0);
}
