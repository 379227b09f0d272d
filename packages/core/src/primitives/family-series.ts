import type { FamilyBlock, MetricFamily } from '../interfaces/metric-family.ts';

/** One series of a family, in the form people and small programs read. Everything is looked up when asked. */
export class FamilySeries {
  readonly #family: MetricFamily;
  readonly #block: FamilyBlock;
  readonly #row: number;

  constructor(family: MetricFamily, block: FamilyBlock, row: number) {
    this.#family = family;
    this.#block = block;
    this.#row = row;
  }

  /** All labels, those that every series of the family has included. */
  get labels(): Readonly<Record<string, string>> {
    const { labelNames, constantLabels } = this.#family;
    return Object.fromEntries([...constantLabels, ...labelNames.map((name, at) => [name, this.label(at)] as const)]);
  }

  /** The value of a label by its place in `labelNames`. */
  label(at: number): string {
    const id = this.#block.labelIds[this.#row * this.#family.labelNames.length + at] ?? -1;
    return this.#family.labelValues[at]?.[id] ?? '';
  }

  /** The numbers of the row, as {@link MetricFamily} describes them. A view; do not change it. */
  get numbers(): Float64Array {
    const { width } = this.#family;
    return this.#block.values.subarray(this.#row * width, (this.#row + 1) * width);
  }

  /** The value of the series; of a histogram or summary the number of observations. */
  get value(): number {
    const { numbers } = this;
    if (this.#family.type === 'histogram') return numbers.subarray(0, -1).reduce((sum, count) => sum + count, 0);
    return (this.#family.type === 'summary' ? numbers.at(-1) : numbers[0]) ?? NaN;
  }

  /** Sum of the observations of a histogram or summary; `undefined` of other types. */
  get sum(): number | undefined {
    if (this.#family.type === 'histogram') return this.numbers.at(-1);
    return this.#family.type === 'summary' ? this.numbers.at(-2) : undefined;
  }

  /** When the series began, in milliseconds since the epoch. */
  get createdMs(): number {
    return this.#block.createdMs[this.#row] ?? NaN;
  }
}

/** The visible series of a family, in order. For people, tests and small programs; encoders read the columns. */
export function seriesOf(family: MetricFamily): Iterable<FamilySeries> {
  return { [Symbol.iterator]: () => visibleSeries(family) };
}

function* visibleSeries(family: MetricFamily): Generator<FamilySeries, void, undefined> {
  for (const block of family.blocks) {
    for (let row = 0; row < block.rowCount; row++) {
      if (block.hidden?.[row] !== 1) yield new FamilySeries(family, block, row);
    }
  }
}
