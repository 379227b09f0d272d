import type { LabelPlan } from '../definition/label-plan.ts';
import { seriesUpperBound } from '../definition/label-plan.ts';

/** More combinations than this are not created ahead. */
const MOST_SERIES = 1000;

/**
 * All label sets of a metric whose labels are closed lists, so that its series can exist from the start: a counter that
 * shows 0 before its first event makes `rate` and alerts work from the first one on. Empty when a label is open or there
 * are too many combinations.
 */
export function finiteLabelSets(plan: LabelPlan, maxSeries: number): readonly Readonly<Record<string, string>>[] {
  const bound = seriesUpperBound(plan);
  if (bound === undefined || plan.names.length === 0 || bound > Math.min(MOST_SERIES, maxSeries)) return [];
  let tuples: (readonly string[])[] = [[]];
  for (const allowed of plan.allowed) {
    tuples = tuples.flatMap((tuple) => [...(allowed ?? [])].map((value) => tuple.concat(value)));
  }
  return tuples.map((tuple) => Object.fromEntries(plan.names.map((name, at) => [name, tuple[at] ?? ''])));
}
