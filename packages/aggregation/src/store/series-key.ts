import type { MetricFamily } from '@bduf/metrics-core/interfaces';

/**
 * Texts that tell the series of a family apart: the same for the same labels, whatever their order. A label that is empty counts as
 * absent.
 */
export class SeriesKeys {
  readonly #family: MetricFamily;
  /** Places of the label names, in order of the names. */
  readonly #order: readonly number[];
  readonly #constant: string;

  constructor(family: MetricFamily) {
    this.#family = family;
    const { labelNames, constantLabels } = family;
    this.#order = Array.from(labelNames.keys()).toSorted((a, b) =>
      (labelNames[a] ?? '') < (labelNames[b] ?? '') ? -1 : 1,
    );
    this.#constant = constantLabels
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => part(name, value))
      .join('');
  }

  /** The key of a row: `ids` begin at `at`. */
  of(ids: Int32Array, at: number): string {
    const { labelNames, labelValues } = this.#family;
    let key = '';
    for (const place of this.#order) {
      key += part(labelNames[place] ?? '', labelValues[place]?.[ids[at + place] ?? -1] ?? '');
    }
    return `${key}|${this.#constant}`;
  }
}

/** Lengths keep texts that run together apart. */
function part(name: string, value: string): string {
  return value === '' ? '' : `${name.length}:${name}${value.length}:${value}`;
}
