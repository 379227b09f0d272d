/**
 * `@bduf/metrics-business/schema`: zod schemas of the terms, for validating input. Needs the optional peer `zod`.
 */
import { z } from 'zod';
import { ComplexityLevel, ProjectStatus, TaskStatus } from './planning-terms.ts';

/** Accepts a {@link ComplexityLevel}. */
export const complexityLevelSchema: z.ZodType<ComplexityLevel> = z.enum(ComplexityLevel);
/** Accepts a {@link ProjectStatus}. */
export const projectStatusSchema: z.ZodType<ProjectStatus> = z.enum(ProjectStatus);
/** Accepts a {@link TaskStatus}. */
export const taskStatusSchema: z.ZodType<TaskStatus> = z.enum(TaskStatus);
