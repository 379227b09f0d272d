import * as z from 'zod';

/** How demanding a project is. */
export const COMPLEXITY_LEVELS = ['low', 'medium', 'high', 'very_high'] as const;
/** How demanding a project is. */
export type ComplexityLevel = (typeof COMPLEXITY_LEVELS)[number];

/** What makes a project demanding, counted. */
export interface ComplexityFactors {
  readonly requirements: number;
  readonly actors: number;
  readonly topics: number;
  /** Requirements that join several topics. */
  readonly crossTopicRequirements: number;
  readonly quantities: number;
  readonly ambiguities: number;
  readonly conflicts: number;
}

/** The complexity of a project and how it came about. */
export interface Complexity {
  readonly level: ComplexityLevel;
  readonly points: number;
  readonly factors: ComplexityFactors;
}

/** Checks a stored complexity. */
export const complexitySchema: z.ZodType<Complexity> = z.object({
  level: z.enum(COMPLEXITY_LEVELS),
  points: z.number(),
  factors: z.object({
    requirements: z.number(),
    actors: z.number(),
    topics: z.number(),
    crossTopicRequirements: z.number(),
    quantities: z.number(),
    ambiguities: z.number(),
    conflicts: z.number(),
  }),
});

/** Points of one of each: who must be satisfied and what must be joined costs more than one more wish. */
const POINTS: Readonly<Record<keyof ComplexityFactors, number>> = {
  requirements: 1,
  actors: 2,
  topics: 3,
  crossTopicRequirements: 1,
  quantities: 1,
  ambiguities: 1,
  conflicts: 4,
};

/** Points from which a level holds, highest first. */
const LEVELS: readonly (readonly [ComplexityLevel, number])[] = [
  ['very_high', 100],
  ['high', 60],
  ['medium', 25],
];

/** Scores the complexity of a project. */
export function scoreComplexity(factors: ComplexityFactors): Complexity {
  const points = Object.entries(POINTS).reduce(
    // The keys of the points are those of the factors.
    (sum, [factor, each]) => sum + each * factors[factor as keyof ComplexityFactors],
    0,
  );
  return { level: LEVELS.find(([, from]) => points >= from)?.[0] ?? 'low', points, factors };
}
