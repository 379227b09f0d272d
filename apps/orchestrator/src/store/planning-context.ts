import type { Clock } from '@bduf/metrics-core/interfaces';
import type { PlanningChanges, PlanningEvents, PlanningFact } from '../events/planning-events.ts';
import type { PlanningStore } from './planning-store.ts';

/** What every service works with. */
export interface PlanningContext {
  readonly store: PlanningStore;
  readonly events: PlanningEvents;
  readonly clock: Clock;
}

/** The time, as it is stored. */
export function isoNow({ clock }: PlanningContext): string {
  return new Date(clock.now()).toISOString();
}

/** Milliseconds since a stored time. */
export function sinceMs({ clock }: PlanningContext, iso: string): number {
  return clock.now() - Date.parse(iso);
}

/** Tells that something has happened to a project. Changes that are none are left out. */
export function publish(
  context: PlanningContext,
  projectId: number,
  fact: PlanningFact,
  { stage, tasks = [] }: PlanningChanges = {},
): void {
  const moved = tasks.filter(({ count }) => count > 0);
  context.events.publish({
    ...fact,
    ...(stage === undefined || stage.from === stage.to ? {} : { stage }),
    ...(moved.length === 0 ? {} : { tasks: moved }),
    projectId,
    at: isoNow(context),
  });
}
