import { scoreComplexity } from './complexity.ts';
import { type ComparableFacts, conflictBetween } from './conflicts.ts';
import type { RequirementFacts } from './requirement-facts.ts';
import type { Conflict, RequirementsAnalysis } from './requirements-analysis.ts';
import type { TimeSlices } from './time-slices.ts';

/** A requirement whose text was read. */
export interface ReadRequirement {
  readonly id: number;
  readonly facts: RequirementFacts;
}

interface Comparable extends ComparableFacts, ReadRequirement {}

/**
 * Analyses the requirements of a project, each against each, O(n²).
 *
 * @param slices - Keeps a long analysis from blocking others.
 */
export async function analyzeRequirements(
  requirements: readonly ReadRequirement[],
  slices: TimeSlices,
): Promise<RequirementsAnalysis> {
  const read = requirements.map(({ id, facts }) => ({ id, facts, terms: new Set(facts.terms) }));
  const found = {
    actors: actorsOf(read),
    topics: read.map(({ id, facts }) => ({ requirement: id, topics: facts.topics })),
    quantities: read.flatMap(({ id, facts }) => facts.quantities.map((quantity) => ({ requirement: id, ...quantity }))),
    ambiguities: read.flatMap(({ id, facts }) => facts.ambiguities.map((phrase) => ({ requirement: id, ...phrase }))),
    conflicts: await findConflicts(read, slices),
  };
  const complexity = scoreComplexity({
    requirements: read.length,
    actors: found.actors.length,
    topics: new Set(read.flatMap(({ facts }) => facts.topics)).size,
    crossTopicRequirements: read.filter(({ facts }) => facts.topics.length > 1).length,
    quantities: found.quantities.length,
    ambiguities: found.ambiguities.length,
    conflicts: found.conflicts.length,
  });
  return { complexity, ...found };
}

async function findConflicts(read: readonly Comparable[], slices: TimeSlices): Promise<readonly Conflict[]> {
  const conflicts: Conflict[] = [];
  for (const [index, one] of read.entries()) {
    for (const other of read.slice(index + 1)) {
      const kind = conflictBetween(one, other);
      if (kind !== undefined) conflicts.push({ kind, requirements: [one.id, other.id] });
    }
    await slices.pause();
  }
  return conflicts;
}

function actorsOf(read: readonly ReadRequirement[]): RequirementsAnalysis['actors'] {
  const ids = new Map<string, number[]>();
  for (const { id, facts } of read) {
    if (facts.actor !== undefined) ids.set(facts.actor, [...(ids.get(facts.actor) ?? []), id]);
  }
  return [...ids].map(([name, requirements]) => ({ name, requirements }));
}
