/** First and last positions of what is known without a gap between. */
export function runsOf(values: readonly (number | null)[]): [from: number, to: number][] {
  const runs: [number, number][] = [];
  let from = -1;
  for (let at = 0; at <= values.length; at += 1) {
    const isKnown = at < values.length && values[at] !== null;
    if (isKnown && from < 0) from = at;
    if (!isKnown && from >= 0) {
      runs.push([from, at - 1]);
      from = -1;
    }
  }
  return runs;
}

/** The last value that is known. */
export function lastKnown(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null;
}
