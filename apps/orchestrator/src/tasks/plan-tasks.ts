import { topologicalOrder } from '../architecture/topological-order.ts';
import { scheduleWork, type WorkSchedule } from './critical-path.ts';
import { type DraftTask, draftTasks, type PlanBasis } from './draft-tasks.ts';

/** A task in the order of a plan. */
export type PlannedTask = DraftTask & WorkSchedule;

/**
 * Plans the work on a project: its tasks in an order in which one person could do them, those that others wait for
 * longest first.
 */
export function planTasks(basis: PlanBasis): readonly PlannedTask[] {
  const drafts = draftTasks(basis);
  const byKey = new Map(drafts.map((draft) => [draft.key, draft]));
  const dependenciesOf = ({ dependsOn }: DraftTask): readonly DraftTask[] =>
    dependsOn.flatMap((key) => byKey.get(key) ?? []);
  const rest = hoursToTheEnd(topologicalOrder({ nodes: drafts, dependenciesOf }));
  const order = topologicalOrder({
    nodes: drafts,
    dependenciesOf,
    compare: (a, b) => (rest.get(b.key) ?? 0) - (rest.get(a.key) ?? 0),
  });
  const schedule = scheduleWork(order);
  return order.map((draft) => ({
    ...draft,
    ...(schedule.get(draft.key) ?? { earliestStartHours: 0, critical: false }),
  }));
}

/** Hours from the start of each task to the end of the longest chain that waits for it, by key. */
function hoursToTheEnd(order: readonly DraftTask[]): ReadonlyMap<string, number> {
  const longestAfter = new Map<string, number>();
  const hours = new Map<string, number>();
  for (const { key, estimatedHours, dependsOn } of order.toReversed()) {
    const total = estimatedHours + (longestAfter.get(key) ?? 0);
    hours.set(key, total);
    for (const needed of dependsOn) longestAfter.set(needed, Math.max(longestAfter.get(needed) ?? 0, total));
  }
  return hours;
}
