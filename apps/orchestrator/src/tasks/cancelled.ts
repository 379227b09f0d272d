import type { TaskChange } from '../events/planning-events.ts';
import type { StatusCount } from './task-repository.ts';

/** The changes of tasks that are given up. */
export function cancelled(open: readonly StatusCount[]): readonly TaskChange[] {
  return open.map(({ status, count }) => ({ from: status, to: 'cancelled', count }));
}
