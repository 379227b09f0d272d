import * as z from 'zod';
import { PROJECT_STATUSES, type ProjectStatus } from './project.ts';

/** What a new project needs. */
export interface ProjectInput {
  readonly name: string;
  readonly description: string;
  readonly stakeholders: readonly string[];
}

/** What may be changed in a project. */
export interface ProjectPatch {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly stakeholders?: readonly string[] | undefined;
  /** `active` takes a held project up again, in the stage that it has reached. */
  readonly status?: 'on_hold' | 'active' | 'cancelled' | undefined;
}

/** Which projects a list shows: newest first, `before` an id. */
export interface ProjectFilter {
  readonly status?: ProjectStatus | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

const name = z.string().trim().min(1).max(120);
const description = z.string().trim().max(4000);
const stakeholders = z
  .array(z.string().trim().min(1).max(80))
  .min(1)
  .max(50)
  .refine((names) => new Set(names).size === names.length, { message: 'Stakeholders must differ from each other' });

/** Checks a new project. */
export const projectInputSchema: z.ZodType<ProjectInput> = z.strictObject({
  name,
  description: description.default(''),
  stakeholders,
});

/** Checks a change of a project. */
export const projectPatchSchema: z.ZodType<ProjectPatch> = z
  .strictObject({
    name: name.optional(),
    description: description.optional(),
    stakeholders: stakeholders.optional(),
    status: z.enum(['on_hold', 'active', 'cancelled']).optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, { message: 'There is nothing to change' });

/** Checks the query of a list of projects. */
export const projectFilterSchema: z.ZodType<ProjectFilter> = z.strictObject({
  status: z.enum(PROJECT_STATUSES).optional(),
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
