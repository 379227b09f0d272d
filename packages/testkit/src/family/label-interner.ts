/** Gives each value of each label a small number, in order of appearance. */
export class LabelInterner {
  /** Values by label, indexed by id. */
  readonly values: readonly string[][];
  readonly #names: readonly string[];
  readonly #ids: readonly Map<string, number>[];

  /** @param names - Label names, in the order of ids. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.values = names.map(() => []);
    this.#ids = names.map(() => new Map());
  }

  /** Ids of a label set, one for each name; a missing label has the empty value. */
  idsOf(labels: Readonly<Record<string, string>>): readonly number[] {
    return this.#names.map((name, k) => this.#idOf(k, labels[name] ?? ''));
  }

  #idOf(k: number, value: string): number {
    const ids = this.#ids[k];
    const values = this.values[k];
    const known = ids?.get(value);
    if (known !== undefined || values === undefined) return known ?? 0;
    ids?.set(value, values.length);
    return values.push(value) - 1;
  }
}
