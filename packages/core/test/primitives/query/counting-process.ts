import type { SampledSeries } from '@bduf/metrics-core/interfaces';
import type { Random } from './random.ts';

/** A counter whose every increment is known, and the samples that a store has of it. */
export interface CountingProcess {
  readonly series: SampledSeries;
  /** Increments by time, ascending; each happened at the moment of a sample. */
  readonly increments: readonly { readonly atMs: number; readonly by: number }[];
  /** When the store began to look. */
  readonly observedSinceMs: number;
  /** When the counter was born. */
  readonly createdMs: number;
  /** Time of the last sample. */
  readonly lastMs: number;
}

/**
 * A counter that is sampled every few seconds, is reset now and then, and may be removed and come back. Increments coincide with
 * samples, so that a value that is carried forward is right, and what was counted in a window is what was incremented in it.
 */
export function countingProcess(random: Random): CountingProcess {
  const ticks = ascendingTicks(random);
  const born = random.integer(0, 2);
  const observedSinceMs = ticks[0] ?? 0;
  const isBornBefore = random.chance(0.3);
  const createdMs = isBornBefore ? observedSinceMs - 60_000 : (ticks[born] ?? 0) - random.integer(0, 500);
  const rows: { atMs: number; value: number }[] = [];
  const resets: number[] = [];
  const gaps: number[] = [];
  const increments: { atMs: number; by: number }[] = [];
  let value = isBornBefore ? random.integer(0, 50) : 0;
  // Nobody saw when that was counted, but it was since the birth.
  if (value > 0) increments.push({ atMs: createdMs + 1, by: value });
  let isAway = false;
  for (const atMs of ticks.slice(isBornBefore ? 0 : born)) {
    const fate = rows.length === 0 ? 1 : random.next();
    if (isAway) {
      isAway = random.chance(0.5);
      if (isAway) continue;
      // It comes back as a new counter.
      resets.push(rows.length);
      value = 0;
    } else if (fate < 0.06) {
      gaps.push(rows.length);
      isAway = true;
      continue;
    } else if (fate < 0.12) {
      resets.push(rows.length);
      value = 0;
    }
    const by = random.chance(0.6) ? random.integer(0, 20) : 0;
    value += by;
    if (by > 0) increments.push({ atMs, by });
    rows.push({ atMs, value });
  }
  return {
    increments,
    observedSinceMs,
    createdMs,
    lastMs: rows.at(-1)?.atMs ?? 0,
    series: {
      labels: { a: 'x' },
      type: 'counter',
      createdMs,
      observedSinceMs,
      timestampsMs: Float64Array.from(rows, ({ atMs }) => atMs),
      values: Float64Array.from(rows, (row) => row.value),
      width: 1,
      upperBounds: [],
      resets: Int32Array.from(resets),
      gaps: Int32Array.from(gaps),
    },
  };
}

function ascendingTicks(random: Random): readonly number[] {
  let atMs = 1_000_000 + random.integer(0, 5000);
  return random.times(random.integer(3, 60), () => {
    atMs += random.integer(500, 6000);
    return atMs;
  });
}
