import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { ByteSink } from '../bytes/byte-sink.ts';
import type { FamilyLayout, TextDialect } from './family-layout.ts';
import { TextFamilyWriter } from './text-family-writer.ts';

/** A chunk is handed out when it has grown to this many bytes. */
const CHUNK_BYTES = 32 * 1024;

/** What is kept of a family between two documents. */
interface KnownFamily {
  readonly epoch: number;
  readonly header: string;
  readonly writer: TextFamilyWriter;
}

/** Renders documents of one text dialect, and remembers between them what families share. */
export class TextEncoding {
  readonly #dialect: TextDialect;
  readonly #known = new WeakMap<object, KnownFamily>();

  constructor(dialect: TextDialect) {
    this.#dialect = dialect;
  }

  /**
   * One document.
   *
   * @yields Chunks; each is overwritten when the next one is asked for.
   */
  *encode(families: readonly MetricFamily[]): Generator<Uint8Array, void, undefined> {
    const layouts = this.#dialect.plan(families);
    const sink = new ByteSink();
    for (const [index, family] of families.entries()) {
      const layout = layouts[index] as FamilyLayout;
      sink.text(layout.header);
      yield* this.#samples(sink, family, this.#writerOf(family, layout));
    }
    sink.text(this.#dialect.terminator);
    yield sink.view();
  }

  *#samples(sink: ByteSink, family: MetricFamily, writer: TextFamilyWriter): Generator<Uint8Array, void, undefined> {
    for (const block of family.blocks) {
      for (let row = 0; row < block.rowCount; row++) {
        if (block.hidden?.[row] === 1) continue;
        writer.writeRow(sink, family, block, row);
        if (sink.length < CHUNK_BYTES) continue;
        yield sink.view();
        sink.clear();
      }
    }
  }

  #writerOf(family: MetricFamily, layout: FamilyLayout): TextFamilyWriter {
    const known = this.#known.get(family.identity);
    const isFresh = known !== undefined && known.epoch === family.epoch && known.header === layout.header;
    const writer = isFresh ? known.writer : new TextFamilyWriter(family, layout);
    if (!isFresh) this.#known.set(family.identity, { epoch: family.epoch, header: layout.header, writer });
    writer.update(family);
    return writer;
  }
}
