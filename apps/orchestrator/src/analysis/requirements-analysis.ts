import * as z from 'zod';
import type { DocumentKind } from '../documents/document-repository.ts';
import { type Ambiguity, ambiguitySchema } from './ambiguities.ts';
import { type Complexity, complexitySchema } from './complexity.ts';
import { CONFLICT_KINDS, type ConflictKind } from './conflicts.ts';
import { type Quantity, quantitySchema } from './quantities.ts';
import { TOPICS, type Topic } from './topics.ts';

/** Something found in one requirement. */
export type Finding<Thing> = Thing & {
  /** Id of the requirement. */
  readonly requirement: number;
};

/** Two requirements that do not go together. */
export interface Conflict {
  readonly kind: ConflictKind;
  /** Ids of the two, the older first. */
  readonly requirements: readonly [number, number];
}

/** What the requirements of a project say, taken together. */
export interface RequirementsAnalysis {
  readonly complexity: Complexity;
  /** Who acts, and in which requirements; in order of appearance. */
  readonly actors: readonly { readonly name: string; readonly requirements: readonly number[] }[];
  /** What each requirement is about, the most important topic first; empty where no topic was recognised. */
  readonly topics: readonly Finding<{ readonly topics: readonly Topic[] }>[];
  readonly quantities: readonly Finding<Quantity>[];
  readonly ambiguities: readonly Finding<Ambiguity>[];
  readonly conflicts: readonly Conflict[];
}

const requirement = z.object({ requirement: z.number() });
const schema: z.ZodType<RequirementsAnalysis> = z.object({
  complexity: complexitySchema,
  actors: z.array(z.object({ name: z.string(), requirements: z.array(z.number()) })),
  topics: z.array(requirement.extend({ topics: z.array(z.enum(TOPICS)) })),
  quantities: z.array(z.intersection(requirement, quantitySchema)),
  ambiguities: z.array(z.intersection(requirement, ambiguitySchema)),
  conflicts: z.array(z.object({ kind: z.enum(CONFLICT_KINDS), requirements: z.tuple([z.number(), z.number()]) })),
});

/** How an analysis is stored. */
export const ANALYSIS_DOCUMENT: DocumentKind<RequirementsAnalysis> = { name: 'analysis', schema };
