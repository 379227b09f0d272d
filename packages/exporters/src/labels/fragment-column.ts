import { Buffer } from 'node:buffer';
import { WORD_SLACK, copyWords, viewOf } from '../bytes/byte-text.ts';

/** Rendered values of one label, by id, end to end in one array. */
export class FragmentColumn {
  /** Bytes of the longest fragment. */
  longest = 0;
  readonly #render: (value: string) => Uint8Array;
  #bytes: Buffer = Buffer.alloc(WORD_SLACK);
  #view: DataView = viewOf(this.#bytes);
  #used = 0;
  #starts = new Int32Array(0);
  /** One more than the length of each fragment; 0 of those not rendered. */
  #lengths = new Int32Array(0);

  /** @param render - Form of a value. */
  constructor(render: (value: string) => Uint8Array) {
    this.#render = render;
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#bytes.byteLength + this.#starts.byteLength + this.#lengths.byteLength;
  }

  /** Whether the value of an id is rendered. */
  has(id: number): boolean {
    return id < this.#lengths.length && this.#lengths[id] !== 0;
  }

  /** Renders the value of an id. */
  add(id: number, value: string): void {
    const fragment = this.#render(value);
    const { length } = fragment;
    this.#growTo(id + 1, this.#used + length);
    this.#bytes.set(fragment, this.#used);
    this.#starts[id] = this.#used;
    this.#lengths[id] = length + 1;
    this.#used += length;
    if (length > this.longest) this.longest = length;
  }

  /** Writes the rendered value of an id. */
  write(target: DataView, at: number, id: number): number {
    return copyWords(target, at, this.#view, this.#starts[id] as number, (this.#lengths[id] as number) - 1);
  }

  #growTo(ids: number, bytes: number): void {
    if (ids > this.#lengths.length) {
      const capacity = Math.max(ids, this.#lengths.length * 2);
      this.#starts = enlarged(this.#starts, capacity);
      this.#lengths = enlarged(this.#lengths, capacity);
    }
    const needed = bytes + WORD_SLACK;
    if (needed > this.#bytes.length) {
      const grown = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(grown);
      this.#bytes = grown;
      this.#view = viewOf(grown);
    }
  }
}

function enlarged(column: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length);
  larger.set(column);
  return larger;
}
