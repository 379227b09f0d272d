import type { MetricFamily } from '@bduf/metrics-core/interfaces';

/** Series that a read-out shows. O(series) where some are hidden. */
export function countRows(families: readonly MetricFamily[]): number {
  let rows = 0;
  for (const { blocks } of families) {
    for (const { rowCount, hidden } of blocks) {
      rows += hidden === undefined ? rowCount : hidden.reduce((visible, flag) => visible - flag, rowCount);
    }
  }
  return rows;
}
