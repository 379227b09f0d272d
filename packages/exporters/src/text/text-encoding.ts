import type { FamilyBlock, FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { ByteSink } from '../bytes/byte-sink.ts';
import { type EncodedChunk, lastingChunk } from '../chunks/encoded-chunk.ts';
import type { PageBudget } from '../pages/page-budget.ts';
import { PageStore } from '../pages/page-store.ts';
import { PageTools } from '../pages/page-tools.ts';
import { rowRanges } from '../pages/row-range.ts';
import { writeRows } from '../pages/row-writer.ts';
import type { TextDialect } from './family-layout.ts';
import { TextFamilyWriter } from './text-family-writer.ts';

/** What is not kept in pages is handed out when it has grown to this many bytes. */
const CHUNK_BYTES = 32 * 1024;
/** A family of fewer lines is rendered each time: it is quicker to copy than to send as a piece of its own. */
const LEAST_PAGED_LINES = 64;

/** What is kept of a family between two documents. */
interface KnownFamily {
  readonly epoch: number;
  readonly shownAs: FamilyType;
  readonly header: string;
  readonly writer: TextFamilyWriter;
  readonly pages: PageStore;
}

/** Renders documents of one text dialect, and remembers between them what was rendered. */
export class TextEncoding {
  readonly #dialect: TextDialect;
  readonly #budget: PageBudget;
  readonly #known = new WeakMap<object, KnownFamily>();
  readonly #tools = new PageTools();

  constructor(dialect: TextDialect, budget: PageBudget) {
    this.#dialect = dialect;
    this.#budget = budget;
  }

  /**
   * One document.
   *
   * @yields Chunks that can be held.
   */
  *encode(families: readonly MetricFamily[], nowMs: number): Generator<EncodedChunk, void, undefined> {
    const types = this.#dialect.shownTypes(families);
    const sink = new ByteSink();
    for (const [index, family] of families.entries()) {
      const known = this.#familyOf(family, types[index] as FamilyType);
      sink.text(known.header);
      if (rowCountOf(family) * known.writer.lineCount < LEAST_PAGED_LINES) {
        for (const block of family.blocks) yield* this.#rendered(sink, known, family, block);
      } else {
        this.#budget.use(known.pages, nowMs);
        for (const blockIndex of family.blocks.keys()) yield* this.#paged(sink, known, family, blockIndex);
      }
    }
    sink.text(this.#dialect.terminator);
    if (sink.length > 0) yield lastingChunk(sink.take());
  }

  *#paged(
    sink: ByteSink,
    { pages }: KnownFamily,
    family: MetricFamily,
    blockIndex: number,
  ): Generator<EncodedChunk, void, undefined> {
    for (const rows of rowRanges(family, family.blocks[blockIndex] as FamilyBlock, pages.pageRows)) {
      const bytes = pages.render(rows, blockIndex, sink, this.#tools);
      if (bytes !== undefined) {
        // Another document may be read in turns with this one and change the page meanwhile.
        bytes.retain();
        if (sink.length > 0) yield lastingChunk(sink.take());
        yield bytes;
        bytes.release();
      } else if (sink.length >= CHUNK_BYTES) {
        yield lastingChunk(sink.take());
      }
    }
  }

  *#rendered(
    sink: ByteSink,
    known: KnownFamily,
    family: MetricFamily,
    block: FamilyBlock,
  ): Generator<EncodedChunk, void, undefined> {
    for (const rows of rowRanges(family, block, known.pages.pageRows)) {
      writeRows(known.writer, rows, sink, this.#tools.marks);
      if (sink.length < CHUNK_BYTES) continue;
      yield lastingChunk(sink.take());
    }
  }

  #familyOf(family: MetricFamily, shownAs: FamilyType): KnownFamily {
    const known = this.#known.get(family.identity);
    if (known !== undefined && known.epoch === family.epoch && known.shownAs === shownAs) return known;
    if (known !== undefined) this.#budget.release(known.pages);
    const layout = this.#dialect.layoutOf(family, shownAs);
    const writer = new TextFamilyWriter(family, layout);
    const pages = new PageStore(writer, this.#budget);
    const fresh = { epoch: family.epoch, shownAs, header: layout.header, writer, pages };
    this.#known.set(family.identity, fresh);
    return fresh;
  }
}

function rowCountOf({ blocks }: MetricFamily): number {
  return blocks.reduce((sum, { rowCount }) => sum + rowCount, 0);
}
