import * as z from 'zod';
import { TASK_STATUSES } from '../tasks/task.ts';
import type { PlannedTaskAnswer, ReportAnswer, TaskAnswer } from './workflow.ts';

/** Checks the answer to whatever creates or changes something. */
export const idAnswer: z.ZodType<{ readonly id: number }> = z.object({ id: z.number() });

/** Checks a list of tasks of which little is needed. */
export const taskListAnswer: z.ZodType<{ readonly tasks: readonly TaskAnswer[] }> = z.object({
  tasks: z.array(z.object({ id: z.number(), estimatedHours: z.number() })),
});

/** Checks a plan. */
export const planAnswer: z.ZodType<{ readonly tasks: readonly PlannedTaskAnswer[] }> = z.object({
  tasks: z.array(
    z.object({
      id: z.number(),
      estimatedHours: z.number(),
      status: z.enum(TASK_STATUSES),
      earliestStartHours: z.number(),
      dependsOn: z.array(z.number()),
    }),
  ),
});

/** Checks a report. */
export const reportAnswer: z.ZodType<ReportAnswer> = z.object({
  project: z.object({ status: z.string() }),
  progress: z.number(),
  hours: z.object({ spent: z.number(), remaining: z.number() }),
  next: z.array(z.object({ id: z.number(), estimatedHours: z.number(), status: z.enum(TASK_STATUSES) })),
});
