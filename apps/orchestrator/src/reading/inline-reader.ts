import type { RequirementFacts } from '../analysis/requirement-facts.ts';
import type { RequirementReader } from './requirement-reader.ts';

/** Reads in the calling thread, in slices. */
export function createInlineReader(read: (text: string) => RequirementFacts): RequirementReader {
  return {
    async readAll(texts, slices) {
      const facts = new Map<string, RequirementFacts>();
      for (const text of texts) {
        facts.set(text, read(text));
        await slices.pause();
      }
      return facts;
    },
    close: () => Promise.resolve(),
  };
}
