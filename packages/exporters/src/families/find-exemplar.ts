import type { Exemplar } from '@bduf/metrics-core/interfaces';

/**
 * The index of the first exemplar at or after a row and column, found by halving since they are ordered by both; their
 * number when there is none. O(log n).
 */
export function findExemplar(exemplars: readonly Exemplar[], row: number, column: number): number {
  let low = 0;
  let high = exemplars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = exemplars[middle] as Exemplar;
    if (candidate.row < row || (candidate.row === row && candidate.column < column)) low = middle + 1;
    else high = middle;
  }
  return low;
}
