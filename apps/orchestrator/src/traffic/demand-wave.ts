/** Length of a simulated day, in milliseconds. */
const DAY_MS = 120_000;
/** How far demand rises above its mean at noon and falls below it at night, as a share. */
const AMPLITUDE = 0.6;

/** Demand at a time after the start, as a multiple of its mean. It begins at the mean and rises. */
export function demandAt(elapsedMs: number): number {
  return 1 + AMPLITUDE * Math.sin((2 * Math.PI * elapsedMs) / DAY_MS);
}
