/**
 * What rounds of samples say: the median of the rounds' medians, and the best sample, which other load on the machine
 * disturbed least.
 *
 * @param {readonly (readonly number[])[]} rounds
 * @returns {{ median: number, best: number, rounds: number[] }}
 */
export function summarise(rounds) {
  const medians = rounds.map(median);
  return { median: median(medians), best: Math.min(...rounds.flat()), rounds: medians };
}

/** The middle value; the mean of the two middle ones when their number is even. */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
