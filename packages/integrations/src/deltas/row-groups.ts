import type { FamilyBlock, MetricFamily } from '@bduf/metrics-core/interfaces';
import { type VisibleRow, visibleRows } from '../samples/visible-rows.ts';

/** Series that travel together. */
export interface RowGroup {
  /** The same series as families of their own, for an encoder. They share memory with those they were taken from. */
  readonly families: readonly MetricFamily[];
  /** Where they were taken from. */
  readonly rows: readonly VisibleRow[];
}

/**
 * Cuts a read-out into groups of at most so many series, in order; each family is at most once in a group.
 *
 * @yields Groups that are never empty.
 */
export function* rowGroups(families: readonly MetricFamily[], maxRows: number): Generator<RowGroup, void, undefined> {
  let rows: VisibleRow[] = [];
  for (const family of families) {
    for (const row of visibleRows(family)) {
      rows.push(row);
      if (rows.length < maxRows) continue;
      yield groupOf(rows);
      rows = [];
    }
  }
  if (rows.length > 0) yield groupOf(rows);
}

function groupOf(rows: readonly VisibleRow[]): RowGroup {
  const byFamily = new Map<MetricFamily, FamilyBlock[]>();
  for (const each of rows) {
    const blocks = byFamily.get(each.family) ?? [];
    byFamily.set(each.family, blocks);
    blocks.push(singleRow(each));
  }
  // An identity of its own, so that encoders do not take it for a later read-out of the same metric.
  const families = Array.from(byFamily, ([family, blocks]) => ({ ...family, blocks, identity: {}, epoch: 0 }));
  return { families, rows };
}

function singleRow({ family, block, row, numbers }: VisibleRow): FamilyBlock {
  const labels = family.labelNames.length;
  return {
    rowCount: 1,
    labelIds: block.labelIds.subarray(row * labels, (row + 1) * labels),
    values: numbers,
    createdMs: block.createdMs.subarray(row, row + 1),
    hidden: undefined,
    native: undefined,
    exemplars: [],
  };
}
