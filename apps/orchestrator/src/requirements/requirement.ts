import * as z from 'zod';

/** How much a requirement matters. */
export const PRIORITIES = ['must', 'should', 'could'] as const;
/** How much a requirement matters. */
export type Priority = (typeof PRIORITIES)[number];

/** What a new requirement needs. */
export interface RequirementInput {
  /** What the product has to do, in the words of whoever asks for it. */
  readonly text: string;
  readonly priority: Priority;
  /** Ids of requirements of the same project that have to be met first. */
  readonly dependsOn: readonly number[];
}

/** Something that a project has to fulfil. */
export interface Requirement extends RequirementInput {
  readonly id: number;
  /** ISO time. */
  readonly createdAt: string;
}

/** Checks a new requirement. */
export const requirementInputSchema = z.strictObject({
  text: z.string().trim().min(10).max(2000),
  priority: z.enum(PRIORITIES).default('should'),
  dependsOn: z.array(z.number().int().positive()).max(20).default([]),
}) satisfies z.ZodType<RequirementInput>;
