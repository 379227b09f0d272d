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

  /** Values by id. The array only grows until a value is forgotten; then the next call returns another array. */
  share(): readonly string[] {
    this.#isShared = true;
    return this.#values;
  }

  /** The value of an id. */
  value(id: number): string {
    return this.#values[id] ?? '';
  }

  /** Id of a text, adding it when it is new. */
  intern(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const copy = detachedCopy(text);
    const id = this.#free.pop() ?? this.#values.length;
    this.#values[id] = copy;
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
    if (this.#isShared) {
      this.#values = [...this.#values];
      this.#isShared = false;
    }
    const text = this.value(id);
    for (const spelling of spellings(text)) this.ids.delete(spelling);
    this.#values[id] = '';
    this.#free.push(id);
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
