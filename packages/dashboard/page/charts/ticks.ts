/** Distances of marks on a scale of time, in seconds. */
const TIME_STEPS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** How marks of a scale may be apart: powers of ten by 1, 2 and 5; powers of two for bytes; seconds as clocks have them. */
export type TickBase = 'decimal' | 'binary' | 'seconds';

/**
 * Round numbers within a span, at most about `count` of them, lowest first. They are multiples of one distance, so zero is
 * among them when it is in the span.
 */
export function valueTicks(low: number, high: number, count: number, base: TickBase): number[] {
  const least = (high - low) / Math.max(1, count);
  if (!(least > 0) || !Number.isFinite(least)) return [];
  // Dividing by a whole number keeps 3 × 0.1 at 0.3.
  const [factor, divisor] = stepFor(least, base);
  const step = factor / divisor;
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high; at += 1) ticks.push((at * factor) / divisor);
  return ticks;
}

function stepFor(least: number, base: TickBase): [factor: number, divisor: number] {
  if (base === 'binary') return [2 ** Math.max(0, Math.ceil(Math.log2(least))), 1];
  if (base === 'seconds' && least > 20) return [clockStep(least), 1];
  const power = Math.floor(Math.log10(least));
  const digit = [1, 2, 5, 10].find((candidate) => candidate * 10 ** power >= least * (1 - 1e-9)) ?? 10;
  return power >= 0 ? [digit * 10 ** power, 1] : [digit, 10 ** -power];
}

function clockStep(leastS: number): number {
  const days = stepFor(leastS / 86_400, 'decimal')[0];
  return TIME_STEPS_S.find((step) => step >= leastS) ?? days * 86_400;
}

/**
 * Moments that clocks show as round, at most about `count` of them.
 *
 * @param zoneMinutes - Minutes that local time is behind UTC, as `Date.getTimezoneOffset` tells.
 */
export function timeTicks(
  fromMs: number,
  toMs: number,
  count: number,
  zoneMinutes: number,
): { readonly at: number[]; readonly stepMs: number } {
  const least = (toMs - fromMs) / Math.max(1, count);
  const stepMs = 1000 * clockStep(least / 1000);
  const shift = zoneMinutes * 60_000;
  const at: number[] = [];
  for (let ms = Math.ceil((fromMs - shift) / stepMs) * stepMs + shift; ms <= toMs; ms += stepMs) at.push(ms);
  return { at, stepMs };
}
