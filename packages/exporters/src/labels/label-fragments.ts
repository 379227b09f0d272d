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

  /**
   * @param family - Its label names are used.
   * @param render - Form of one label.
   */
  constructor({ labelNames }: MetricFamily, render: RenderLabel) {
    this.#columns = labelNames.map(
      (name, k) => new FragmentColumn((value) => render({ name, value, isFirst: k === 0 })),
    );
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
    let at = firstRow * columns.length;
    for (let row = 0; row < rowCount; row++) {
      for (let k = 0; k < columns.length; k++, at++) {
        const column = columns[k] as FragmentColumn;
        const id = labelIds[at] as number;
        if (!column.has(id)) column.add(id, labelValues[k]?.[id] ?? '');
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
    for (let k = 0; k < columns.length; k++) {
      end = (columns[k] as FragmentColumn).write(target, end, labelIds[offset + k] as number);
    }
    return end;
  }
}
