import type { RequirementFacts } from '../analysis/requirement-facts.ts';
import type { TimeSlices } from '../analysis/time-slices.ts';

/** Reads the texts of requirements, here or elsewhere. */
export interface RequirementReader {
  /**
   * Reads all texts.
   *
   * @param slices - To be paused at while reading in this thread.
   * @returns The facts of each text.
   */
  readAll(texts: readonly string[], slices: TimeSlices): Promise<ReadonlyMap<string, RequirementFacts>>;
  /** Ends whoever reads. */
  close(): Promise<void>;
}
