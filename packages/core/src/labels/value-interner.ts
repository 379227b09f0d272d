import { detachedCopy } from './label-text.ts';

/**
 * The values of one label, each with a small integer. A value is counted by the series that use it and forgotten with the
 * last one, so that churning values do not grow the memory.
 */
export class ValueInterner {
  /** Id of every spelling: the text itself, and numbers, booleans and bigints that were given for it. Hot path. */
  readonly ids: Map<unknown, number> = new Map();
  #values: string[] = [];
  #uses: number[] = [];
  readonly #free: number[] = [];
  #isShared = false;

  /** Number of distinct values in use. */
  get size(): number {
    return this.#values.length - this.#free.length;
  }

  /** Whether the next new value gets the id of one that was forgotten. */
  get isReuseNext(): boolean {
    return this.#free.length > 0;
  }

  /** Texts by id; another array after a text was replaced that was shared. Hot path. */
  get values(): readonly string[] {
    return this.#values;
  }

  /** Texts by id. The array only grows: when a text in it has to change, the next call returns another one. */
  share(): readonly string[] {
    this.#isShared = true;
    return this.#values;
  }

  /** The value of an id. */
  value(id: number): string {
    return this.#values[id] ?? '';
  }

  /** Adds a text that has no id yet, and returns it. */
  add(text: string): number {
    const copy = detachedCopy(text);
    const reused = this.#free.pop();
    const id = reused ?? this.#values.length;
    if (reused === undefined) this.#values.push(copy);
    else this.#replace(reused, copy);
    this.#uses[id] = 0;
    this.ids.set(copy, id);
    return id;
  }

  /** Remembers another spelling of a value. */
  alias(spelling: unknown, id: number): void {
    this.ids.set(spelling, id);
  }

  /** One more series uses the value. */
  retain(id: number): void {
    this.#uses[id] = (this.#uses[id] ?? 0) + 1;
  }

  /** One series less uses the value; the last one forgets it. */
  release(id: number): void {
    const uses = (this.#uses[id] ?? 0) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return;
    this.#forget(id);
  }

  #forget(id: number): void {
    for (const spelling of spellings(this.value(id))) this.ids.delete(spelling);
    this.#replace(id, '');
    this.#free.push(id);
  }

  /** Puts another text in the place of one that readers may still have. */
  #replace(id: number, text: string): void {
    if (this.#isShared) {
      this.#values = [...this.#values];
      this.#isShared = false;
    }
    this.#values[id] = text;
  }
}

/** All values that `String` turns into the text and that may have been remembered for it. */
function spellings(text: string): readonly unknown[] {
  const all: unknown[] = [text];
  if (String(Number(text)) === text) all.push(Number(text));
  if (text === 'true' || text === 'false') all.push(text === 'true');
  if (/^-?\d+$/.test(text)) all.push(BigInt(text));
  return all;
}
