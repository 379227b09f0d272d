import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';

/**
 * Names that may become label values: the first so many that proved to be real. Names are chosen by peers, who could
 * otherwise create any number of series.
 */
export class BoundedNames {
  readonly #names: Set<string>;
  readonly #limit: number;

  /** @param limit - Most names that are kept, the given ones included. */
  constructor(limit: number, names: Iterable<string> = []) {
    this.#limit = limit;
    this.#names = new Set(names);
  }

  /** Whether a name is kept. */
  has(name: string): boolean {
    return this.#names.has(name);
  }

  /** Keeps a name that proved to be real, if there is room. */
  learn(name: string): void {
    if (this.#names.size < this.#limit) this.#names.add(name);
  }

  /** The name itself when it is kept, otherwise `_OTHER`. */
  labelOf(name: string): string {
    return this.#names.has(name) ? name : ReservedLabelValue.OTHER;
  }
}
