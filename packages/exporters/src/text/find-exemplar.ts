import type { Exemplar } from '@bduf/metrics-core/interfaces';

/** The exemplar of a row and column, found by halving since they are ordered by both. O(log n). */
export function findExemplar(exemplars: readonly Exemplar[], row: number, column: number): Exemplar | undefined {
  let low = 0;
  let high = exemplars.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = exemplars[middle] as Exemplar;
    if (candidate.row < row || (candidate.row === row && candidate.column < column)) low = middle + 1;
    else high = middle;
  }
  const found = exemplars[low];
  return found?.row === row && found.column === column ? found : undefined;
}
