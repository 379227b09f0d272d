import type { Clock } from '@bduf/metrics-core/interfaces';
import type { PlanningEvents, PlanningEventType } from '../events/planning-events.ts';
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

/** Tells that something has happened to a project. */
export function publish(context: PlanningContext, type: PlanningEventType, projectId: number): void {
  context.events.publish({ type, projectId, at: isoNow(context) });
}
