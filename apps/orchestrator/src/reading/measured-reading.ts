import type { Clock, Registerer } from '@bduf/metrics-core/interfaces';
import { readRequirement, type RequirementFacts } from '../analysis/requirement-facts.ts';

/** Makes the function that reads one text and records it: where it runs, there it is measured. */
export function createMeasuredReading(registerer: Registerer, clock: Clock): (text: string) => RequirementFacts {
  const seconds = registerer.histogram({
    name: 'requirement_reading_duration_seconds',
    description: 'Time to read the text of one requirement.',
    unit: 'seconds',
    labels: { obligation: ['must', 'should', 'may', 'unstated'] },
    buckets: [0.00001, 0.0001, 0.001, 0.01, 0.1],
  });
  return (text) => {
    const startMs = clock.monotonicMs();
    const facts = readRequirement(text);
    seconds.observe({ obligation: facts.obligation }, (clock.monotonicMs() - startMs) / 1000);
    return facts;
  };
}
