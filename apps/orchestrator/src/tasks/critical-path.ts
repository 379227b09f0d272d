/** A piece of work with what it waits for, in an order in which it can be done. */
export interface ScheduledWork {
  readonly key: string;
  readonly estimatedHours: number;
  /** Keys of pieces that come earlier in the order. */
  readonly dependsOn: readonly string[];
}

/** When a piece of work can begin, and whether it may be late. */
export interface WorkSchedule {
  /** Hours after the start of all work. */
  readonly earliestStartHours: number;
  /** Whether a delay of it delays the end. */
  readonly critical: boolean;
}

/**
 * Finds when each piece of work can begin if everything runs in parallel that can, by key.
 *
 * @param order - Estimates are whole multiples of a power of two (such as half hours), so that sums are exact.
 */
export function scheduleWork(order: readonly ScheduledWork[]): ReadonlyMap<string, WorkSchedule> {
  const earliestEnd = new Map<string, number>();
  for (const { key, dependsOn, estimatedHours } of order) {
    earliestEnd.set(key, Math.max(0, ...dependsOn.map((needed) => earliestEnd.get(needed) ?? 0)) + estimatedHours);
  }
  const end = Math.max(0, ...earliestEnd.values());
  const latestEnd = new Map<string, number>();
  for (const { key, dependsOn, estimatedHours } of order.toReversed()) {
    const latestStart = (latestEnd.get(key) ?? end) - estimatedHours;
    for (const needed of dependsOn) latestEnd.set(needed, Math.min(latestEnd.get(needed) ?? end, latestStart));
  }
  return new Map(
    order.map(({ key, estimatedHours }) => {
      const ends = earliestEnd.get(key) ?? 0;
      return [key, { earliestStartHours: ends - estimatedHours, critical: ends === (latestEnd.get(key) ?? end) }];
    }),
  );
}
