/** Names further away than this are not worth a mention. */
const MOST_EDITS = 3;
const MOST_NAMES = 3;

/** Known names that a misspelt one may have meant, nearest first. */
export function nearestNames(name: string, known: readonly string[]): readonly string[] {
  return known
    .map((candidate) => ({ candidate, edits: editDistance(name, candidate) }))
    .filter(({ edits }) => edits <= MOST_EDITS)
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, MOST_NAMES)
    .map(({ candidate }) => candidate);
}

/** Levenshtein distance, row by row; gives up beyond {@link MOST_EDITS}. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MOST_EDITS) return Infinity;
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current[j] = Math.min(substituted, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1);
    }
    previous = current;
  }
  return previous[b.length] ?? Infinity;
}
