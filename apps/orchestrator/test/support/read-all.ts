import type { ReadRequirement } from '../../src/analysis/analyze-requirements.ts';
import { readRequirement } from '../../src/analysis/requirement-facts.ts';
import type { Requirement } from '../../src/requirements/requirement.ts';

/** Reads the texts of requirements, for an analysis of them. */
export function readAll(requirements: readonly Requirement[]): readonly ReadRequirement[] {
  return requirements.map(({ id, text }) => ({ id, facts: readRequirement(text) }));
}
