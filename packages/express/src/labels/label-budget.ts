import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';

/** Admits so many values of a label, first come first served, and keeps nothing of the others. */
export class LabelBudget {
  readonly #admitted = new Set<string>();
  readonly #maxValues: number;

  /** @param maxValues - Most values that are admitted; reserved ones do not count. */
  constructor(maxValues: number) {
    this.#maxValues = maxValues;
  }

  /** The value itself if it is admitted, else `__overflow__`. */
  admit(value: string): string {
    if (this.#admitted.has(value) || value === ReservedLabelValue.UNMATCHED) return value;
    if (this.#admitted.size >= this.#maxValues) return ReservedLabelValue.OVERFLOW;
    this.#admitted.add(value);
    return value;
  }
}
