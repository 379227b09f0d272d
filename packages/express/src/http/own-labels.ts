import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpLabel } from './http-metrics-options.ts';
import { LabelBudget } from '../labels/label-budget.ts';

const DEFAULT_MAX_VALUES = 20;
const NONE: readonly string[] = [];

/** The labels that an application adds to its requests. */
export class OwnLabels {
  /** Their names. */
  readonly names: readonly string[];
  readonly #labels: readonly { readonly from: HttpLabel['from']; readonly budget: LabelBudget }[];
  readonly #onError: (error: unknown) => void;

  /**
   * @param labels - As given in the options.
   * @param onError - Told when one of them fails.
   */
  constructor(labels: Readonly<Record<string, HttpLabel>>, onError: (error: unknown) => void) {
    this.names = Object.keys(labels);
    this.#labels = Object.values(labels).map(({ from, maxValues }) => ({
      from,
      budget: new LabelBudget(maxValues ?? DEFAULT_MAX_VALUES),
    }));
    this.#onError = onError;
  }

  /** Their values for a request, in the order of the names; the empty string for none. */
  valuesOf(request: IncomingMessage, response: ServerResponse): readonly string[] {
    if (this.#labels.length === 0) return NONE;
    return this.#labels.map(({ from, budget }) => {
      try {
        return budget.admit(from(request, response) ?? '');
      } catch (error) {
        this.#onError(error);
        return '';
      }
    });
  }
}
