import { hashIds } from '../../storage/id-hash.ts';
import { RowIndex } from '../../storage/row-index.ts';
import { RowStore } from '../../storage/row-store.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../../storage/chunk-layout.ts';
import { hasIds } from '../../storage/series-lookup.ts';

/**
 * The rows of a merged family: label texts interned anew, one row for each tuple, numbers that belong to no living
 * worker. Nothing is ever given away within one object, so its rows and ids are stable.
 */
export class MergedRows {
  readonly store: RowStore;
  /** Texts of each label by id. Arrays that only grow. */
  readonly labelValues: readonly string[][];
  readonly #ids: readonly Map<string, number>[];
  readonly #index: RowIndex;

  /**
   * @param labelCount - Labels of a row.
   * @param width - Numbers of a row.
   */
  constructor(labelCount: number, width: number) {
    this.store = new RowStore(labelCount, width, () => undefined);
    this.labelValues = Array.from({ length: labelCount }, () => []);
    this.#ids = this.labelValues.map(() => new Map<string, number>());
    this.#index = new RowIndex({ hashOf: (row) => this.#hashOf(row) });
  }

  /** Id of a text of a label. */
  idOf(label: number, text: string): number {
    const ids = this.#ids[label];
    const values = this.labelValues[label];
    if (ids === undefined || values === undefined) return 0;
    let id = ids.get(text);
    if (id === undefined) {
      id = values.length;
      values.push(text);
      ids.set(text, id);
    }
    return id;
  }

  /**
   * Row of a tuple of ids.
   *
   * @param tuple - One id for each label. Copied.
   * @param createdMs - When the series was created, if the row is new.
   */
  rowOf(tuple: Int32Array, createdMs: number): number {
    if (tuple.length === 0) return this.store.rowCount > 0 ? 0 : this.store.append(tuple, createdMs);
    const hash = hashIds(tuple, 0, tuple.length);
    const known = this.#index.find(hash, (row) => hasIds(this.store.idChunks, row, tuple));
    if (known >= 0) return known;
    const row = this.store.append(tuple, createdMs);
    this.#index.insert(row, hash);
    return row;
  }

  /** Label texts of a row. */
  textsOf(row: number): readonly string[] {
    return this.labelValues.map((values, label) => values[this.store.idAt(row, label)] ?? '');
  }

  #hashOf(row: number): number {
    const { idChunks, labelCount } = this.store;
    // Only rows of the index are asked for, and their chunks exist.
    return hashIds(idChunks[row >>> CHUNK_BITS] as Int32Array, (row & CHUNK_MASK) * labelCount, labelCount);
  }
}
