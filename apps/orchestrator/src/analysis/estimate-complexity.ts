import { type ComplexityLevel, scoreComplexity } from './complexity.ts';
import { readRequirement } from './requirement-facts.ts';

/** A first guess at the complexity of a project that has no requirements yet: what the sentences of its description ask for. */
export function estimateComplexity(description: string): ComplexityLevel {
  const facts = description
    .split(/(?<=[.!?])\s+/)
    .filter((sentence) => sentence !== '')
    .map(readRequirement);
  return scoreComplexity({
    requirements: facts.length,
    actors: new Set(facts.flatMap(({ actor }) => actor ?? [])).size,
    topics: new Set(facts.flatMap(({ topics }) => topics)).size,
    crossTopicRequirements: facts.filter(({ topics }) => topics.length > 1).length,
    quantities: facts.flatMap(({ quantities }) => quantities).length,
    ambiguities: facts.flatMap(({ ambiguities }) => ambiguities).length,
    conflicts: 0,
  }).level;
}
