import type { RequirementFacts } from '../analysis/requirement-facts.ts';

/** Texts to read; sent to a worker. */
export interface ReadingJob {
  readonly id: number;
  readonly texts: readonly string[];
}

/** What was read, in the order of the texts; sent back. */
export interface ReadingResult {
  readonly id: number;
  readonly facts: readonly RequirementFacts[];
}

/** What a process of the cluster sends, as far as it is about reading. */
export type ProcessMessage = ReadingResult | { readonly listens: true };
