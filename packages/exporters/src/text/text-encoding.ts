import type { FamilyType, MetricFamily } from '@bduf/metrics-core/interfaces';
import { ByteSink } from '../bytes/byte-sink.ts';
import { type EncodedChunk, lastingChunk } from '../chunks/encoded-chunk.ts';
import type { PageBudget } from '../pages/page-budget.ts';
import { type PagedFamily, PagedRendering } from '../pages/paged-rendering.ts';
import type { TextDialect } from './family-layout.ts';
import { TextFamilyWriter } from './text-family-writer.ts';
import { writeTextNumber } from './text-number.ts';

/** What is kept of a family between two documents. */
interface KnownFamily extends PagedFamily {
  readonly epoch: number;
  readonly shownAs: FamilyType;
  readonly header: string;
}

/** Renders documents of one text dialect, and remembers between them what was rendered. */
export class TextEncoding {
  readonly #dialect: TextDialect;
  readonly #rendering: PagedRendering;
  readonly #known = new WeakMap<object, KnownFamily>();

  constructor(dialect: TextDialect, budget: PageBudget) {
    this.#dialect = dialect;
    this.#rendering = new PagedRendering(budget, writeTextNumber);
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
      yield* this.#rendering.rows(known, family, sink, nowMs);
    }
    sink.text(this.#dialect.terminator);
    if (sink.length > 0) yield lastingChunk(sink.take());
  }

  #familyOf(family: MetricFamily, shownAs: FamilyType): KnownFamily {
    const known = this.#known.get(family.identity);
    if (known !== undefined && known.epoch === family.epoch && known.shownAs === shownAs) return known;
    if (known !== undefined) this.#rendering.end(known);
    const layout = this.#dialect.layoutOf(family, shownAs);
    const paged = this.#rendering.begin(new TextFamilyWriter(family, layout));
    const fresh = { ...paged, epoch: family.epoch, shownAs, header: layout.header };
    this.#known.set(family.identity, fresh);
    return fresh;
  }
}
