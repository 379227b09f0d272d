import type { ComplexityLevel } from '../analysis/complexity.ts';
import type { Approval } from '../approvals/approval.ts';
import type { Task, TaskStatus } from '../tasks/task.ts';
import type { Project } from './project.ts';

/** Where a project stands. */
export interface ProjectReport {
  readonly project: Project;
  readonly requirements: number;
  /** Null while the requirements are not analyzed in their current state. */
  readonly complexity: ComplexityLevel | null;
  /** Conflicts and open phrases that the analysis found; null as above. */
  readonly findings: { readonly conflicts: number; readonly ambiguities: number } | null;
  readonly tasks: Readonly<Record<TaskStatus, number>>;
  /** Share of the estimated hours that is done, from 0 to 1; 0 without tasks. */
  readonly progress: number;
  readonly hours: {
    readonly estimated: number;
    /** Hours spent on completed tasks. */
    readonly spent: number;
    /** Estimated hours of all other tasks. */
    readonly remaining: number;
    /** Length of the critical path. */
    readonly shortest: number;
  };
  /** The first tasks that can be started or are in progress, those on the critical path first. */
  readonly next: readonly NextTask[];
  /** Approvals that nobody has decided. */
  readonly openApprovals: readonly Approval[];
}

/** A task that somebody can work on. */
export type NextTask = Pick<Task, 'id' | 'title' | 'estimatedHours' | 'status'>;

/** What a report is made from. */
export interface ReportBasis {
  readonly project: Project;
  readonly requirements: number;
  readonly complexity: ComplexityLevel | null;
  readonly findings: ProjectReport['findings'];
  readonly tasks: readonly Task[];
  readonly approvals: readonly Approval[];
}

const MOST_NEXT = 5;

/** Sums up where a project stands. */
export function reportProject({ tasks, approvals, ...basis }: ReportBasis): ProjectReport {
  const completed = tasks.filter(({ status }) => status === 'completed');
  const estimated = hoursOf(tasks);
  const done = hoursOf(completed);
  return {
    ...basis,
    tasks: countStatuses(tasks),
    progress: estimated === 0 ? 0 : done / estimated,
    hours: {
      estimated,
      spent: completed.reduce((sum, { actualHours }) => sum + (actualHours ?? 0), 0),
      remaining: estimated - done,
      shortest: Math.max(0, ...tasks.map((task) => task.earliestStartHours + task.estimatedHours)),
    },
    next: tasks
      .filter(({ status }) => status === 'pending' || status === 'in_progress')
      .toSorted((a, b) => Number(b.critical) - Number(a.critical))
      .slice(0, MOST_NEXT)
      .map(({ id, title, estimatedHours, status }) => ({ id, title, estimatedHours, status })),
    openApprovals: approvals.filter(({ decision, superseded }) => decision === null && !superseded),
  };
}

function hoursOf(tasks: readonly Task[]): number {
  return tasks.reduce((sum, { estimatedHours }) => sum + estimatedHours, 0);
}

function countStatuses(tasks: readonly Task[]): Readonly<Record<TaskStatus, number>> {
  const counts = { blocked: 0, pending: 0, in_progress: 0, completed: 0 };
  for (const { status } of tasks) counts[status] += 1;
  return counts;
}
