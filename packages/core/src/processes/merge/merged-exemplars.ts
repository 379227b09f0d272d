import type { Exemplar } from '../../interfaces/metric-family.ts';
import { CHUNK_BITS, CHUNK_MASK } from '../../storage/chunk-layout.ts';
import type { Contribution } from './contribution.ts';

/** The latest exemplar of each number, for each chunk of merged rows, ordered by row and column. */
export function mergedExemplars(contributions: Iterable<Contribution>): readonly (readonly Exemplar[])[] {
  const chunks: Map<string, Exemplar>[] = [];
  for (const { input, rows } of contributions) {
    input.family.blocks.forEach((block, at) => {
      for (const exemplar of block.exemplars) {
        const row = rows.blocks[at]?.[exemplar.row] ?? -1;
        if (row >= 0) note((chunks[row >>> CHUNK_BITS] ??= new Map()), { ...exemplar, row: row & CHUNK_MASK });
      }
    });
  }
  // `from` also visits chunks without exemplars, which `map` would leave as holes.
  return Array.from(chunks, (latest: Map<string, Exemplar> | undefined) =>
    [...(latest?.values() ?? [])].toSorted((a, b) => a.row - b.row || a.column - b.column),
  );
}

function note(latest: Map<string, Exemplar>, exemplar: Exemplar): void {
  const key = `${exemplar.row} ${exemplar.column}`;
  const known = latest.get(key);
  if (known === undefined || known.timestampMs < exemplar.timestampMs) latest.set(key, exemplar);
}
