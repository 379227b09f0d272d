import { Buffer } from 'node:buffer';
import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import { FragmentColumn } from './fragment-column.ts';

/** Renders one label as a format writes it, such as `code="200"`, with what stands between it and the one before. */
export type RenderLabel = (label: {
  readonly name: string;
  readonly value: string;
  readonly isFirst: boolean;
}) => Uint8Array;

/** Makes a {@link RenderLabel} of a form in text. */
export function labelRenderer(separator: string, form: (name: string, value: string) => string): RenderLabel {
  return ({ name, value, isFirst }) => Buffer.from(`${isFirst ? '' : separator}${form(name, value)}`);
}

/**
 * The labels of one family, rendered. Each interned value is escaped once, when the first row that has it is rendered,
 * and from then on copied as bytes: a value that a million series share costs its escaping once.
 */
export class LabelFragments {
  readonly #columns: readonly FragmentColumn[];
  readonly #labelCount: number;
  /** Which label of the family each column holds. */
  readonly #order: readonly number[];

  /**
   * @param family - Its label names are used.
   * @param render - Form of one label.
   * @param order - Indexes of the labels in the order in which they are written; default that of the family.
   */
  constructor({ labelNames }: MetricFamily, render: RenderLabel, order: readonly number[] = [...labelNames.keys()]) {
    this.#labelCount = labelNames.length;
    this.#order = order;
    this.#columns = order.map((k, at) => {
      const name = labelNames[k] ?? '';
      return new FragmentColumn((value) => render({ name, value, isFirst: at === 0 }));
    });
  }

  /** Bytes held. */
  get byteLength(): number {
    return this.#columns.reduce((sum, column) => sum + column.byteLength, 0);
  }

  /** Most bytes that the labels of one row take, of all rows prepared so far. */
  get maxRowBytes(): number {
    return this.#columns.reduce((sum, column) => sum + column.longest, 0);
  }

  /**
   * Renders the values of rows that were not rendered yet.
   *
   * @param labelValues - Interned values of the read-out.
   */
  prepare(labelValues: MetricFamily['labelValues'], block: FamilyBlock, firstRow: number, rowCount: number): void {
    const columns = this.#columns;
    const { labelIds } = block;
    for (let c = 0; c < columns.length; c++) {
      const column = columns[c] as FragmentColumn;
      const k = this.#order[c] as number;
      const values = labelValues[k] ?? [];
      for (let row = firstRow; row < firstRow + rowCount; row++) {
        const id = labelIds[row * this.#labelCount + k] as number;
        if (!column.has(id)) column.add(id, values[id] ?? '');
      }
    }
  }

  /**
   * Writes the labels of a prepared row, separated.
   *
   * @param target - Must have {@link maxRowBytes} and the slack of a word left at `at`.
   * @param labelIds - Ids of a block.
   * @param offset - Where those of the row start.
   * @returns The position after the last byte written.
   */
  write(target: DataView, at: number, labelIds: Int32Array, offset: number): number {
    const columns = this.#columns;
    let end = at;
    for (let c = 0; c < columns.length; c++) {
      end = (columns[c] as FragmentColumn).write(target, end, labelIds[offset + (this.#order[c] as number)] as number);
    }
    return end;
  }
}
