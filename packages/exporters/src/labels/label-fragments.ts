import { Buffer } from 'node:buffer';
import type { MetricFamily } from '@bduf/metrics-core/interfaces';
import { copyBytes } from '../bytes/copy-bytes.ts';
import type { ByteSink } from '../bytes/byte-sink.ts';

/** Renders one label as a format writes it, such as `code="200"`. */
export type RenderLabel = (name: string, value: string) => string;

/**
 * The labels of one family, rendered. Each interned value is escaped once and then copied as bytes, so a label value
 * that a million series share costs its escaping once.
 */
export class LabelFragments {
  readonly #columns: readonly FragmentColumn[];
  readonly #separator: number;

  /**
   * @param family - Its label names are used; its label values are read when they are needed.
   * @param render - Form of one label.
   * @param separator - ASCII code of what stands between two labels.
   */
  constructor(family: MetricFamily, render: RenderLabel, separator: number) {
    this.#columns = family.labelNames.map((name) => new FragmentColumn((value) => render(name, value)));
    this.#separator = separator;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** Renders values that were interned since the last call. Call it before rows of a new read-out are written. */
  update(family: MetricFamily): void {
    for (const [index, column] of this.#columns.entries()) column.update(family.labelValues[index] ?? []);
  }

  /**
   * Writes the labels of a row, separated.
   *
   * @param labelIds - Ids of a block.
   * @param offset - Where those of the row start.
   */
  write(sink: ByteSink, labelIds: Int32Array, offset: number): void {
    for (let k = 0; k < this.#columns.length; k++) {
      if (k > 0) sink.byte(this.#separator);
      (this.#columns[k] as FragmentColumn).write(sink, labelIds[offset + k] as number);
    }
  }
}

/** Rendered values of one label, end to end in one array. */
class FragmentColumn {
  readonly #render: (value: string) => string;
  #bytes: Buffer = Buffer.alloc(0);
  /** Where fragment `id` ends; it starts where its predecessor ends. */
  #ends: Int32Array = new Int32Array(0);
  #count = 0;

  constructor(render: (value: string) => string) {
    this.#render = render;
  }

  get byteLength(): number {
    return this.#bytes.byteLength + this.#ends.byteLength;
  }

  update(values: readonly string[]): void {
    if (values.length === this.#count) return;
    const fresh = values.slice(this.#count).map((value) => Buffer.from(this.#render(value)));
    const used = this.#endOf(this.#count - 1);
    this.#growTo(values.length, used + fresh.reduce((sum, bytes) => sum + bytes.length, 0));
    let end = used;
    for (const bytes of fresh) {
      end += bytes.copy(this.#bytes, end);
      this.#ends[this.#count++] = end;
    }
  }

  write(sink: ByteSink, id: number): void {
    const start = this.#endOf(id - 1);
    const length = this.#endOf(id) - start;
    sink.reserve(length);
    sink.length = copyBytes(sink.bytes, sink.length, this.#bytes, start, length);
  }

  #endOf(id: number): number {
    return id < 0 ? 0 : (this.#ends[id] as number);
  }

  #growTo(count: number, bytes: number): void {
    if (count > this.#ends.length) {
      const ends = new Int32Array(Math.max(count, this.#ends.length * 2));
      ends.set(this.#ends);
      this.#ends = ends;
    }
    if (bytes > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(bytes, this.#bytes.length * 2));
      this.#bytes.copy(grown);
      this.#bytes = grown;
    }
  }
}
