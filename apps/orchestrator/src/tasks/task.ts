import * as z from 'zod';

/** Where the work on a task stands. A task whose dependencies are open is `blocked`. */
export const TASK_STATUSES = ['blocked', 'pending', 'in_progress', 'completed'] as const;
/** Where the work on a task stands. */
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Kinds of work. */
export const TASK_TYPES = [
  'clarification',
  'design',
  'implementation',
  'testing',
  'integration',
  'documentation',
] as const;
/** Kinds of work. */
export type TaskType = (typeof TASK_TYPES)[number];

/** A task of a project. */
export interface Task {
  readonly id: number;
  readonly title: string;
  readonly type: TaskType;
  /** Name of the component that it builds. */
  readonly component: string;
  readonly estimatedHours: number;
  /** Null until it is completed. */
  readonly actualHours: number | null;
  /** Hours after the start of the work at which it can begin, if enough people work in parallel. */
  readonly earliestStartHours: number;
  /** Whether a delay of it delays the whole project. */
  readonly critical: boolean;
  readonly status: TaskStatus;
  /** Ids of the tasks that have to be completed first. */
  readonly dependsOn: readonly number[];
  /** ISO time; null until it is started. */
  readonly startedAt: string | null;
  /** ISO time; null until it is completed. */
  readonly completedAt: string | null;
}

/** Which tasks a list shows. */
export interface TaskFilter {
  readonly status?: TaskStatus | undefined;
}

/** What is known about a completed task. */
export interface TaskResult {
  readonly actualHours: number;
}

/** Checks the query of a list of tasks. */
export const taskFilterSchema: z.ZodType<TaskFilter> = z.strictObject({ status: z.enum(TASK_STATUSES).optional() });

/** Checks the result of a task. */
export const taskResultSchema = z.strictObject({
  actualHours: z.number().positive().max(2000),
}) satisfies z.ZodType<TaskResult>;
