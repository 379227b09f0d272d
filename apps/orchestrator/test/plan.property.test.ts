import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { analyzeRequirements } from '../src/analysis/analyze-requirements.ts';
import { TimeSlices } from '../src/analysis/time-slices.ts';
import { designComponents } from '../src/architecture/design-components.ts';
import { topologicalOrder } from '../src/architecture/topological-order.ts';
import type { Requirement } from '../src/requirements/requirement.ts';
import { type PlannedTask, planTasks } from '../src/tasks/plan-tasks.ts';
import { RequirementWriter } from '../src/traffic/requirement-writer.ts';
import { SeededRandom } from '../src/traffic/seeded-random.ts';
import { readAll } from './support/read-all.ts';

async function planOf(requirements: readonly Requirement[]): Promise<readonly PlannedTask[]> {
  const analysis = await analyzeRequirements(readAll(requirements), new TimeSlices());
  return planTasks({ requirements, analysis, architecture: { components: designComponents(analysis), risks: [] } });
}

/** Requirements as simulated users write them, each depending on some of the older ones. */
const requirementLists = fc
  .record({ seed: fc.integer(), count: fc.integer({ min: 1, max: 25 }) })
  .map(({ seed, count }) => {
    const random = new SeededRandom(seed);
    const writer = new RequirementWriter(random);
    return Array.from({ length: count }, (_, index): Requirement => {
      const dependsOn = index > 0 && random.chance(0.5) ? [random.between(1, index)] : [];
      return { ...writer.requirement(), id: index + 1, dependsOn, createdAt: '' };
    });
  });

describe('a plan', () => {
  it('has each task after those that it needs, with the earliest start that they allow', async () => {
    await fc.assert(
      fc.asyncProperty(requirementLists, async (requirements) => {
        const plan = await planOf(requirements);
        const ends = new Map<string, number>();
        for (const { key, dependsOn, earliestStartHours, estimatedHours } of plan) {
          expect(dependsOn.every((needed) => ends.has(needed))).toBe(true);
          expect(earliestStartHours).toBe(Math.max(0, ...dependsOn.map((needed) => ends.get(needed) ?? NaN)));
          expect(estimatedHours).toBeGreaterThan(0);
          ends.set(key, earliestStartHours + estimatedHours);
        }
        expect(new Set(plan.map(({ key }) => key)).size).toBe(plan.length);
        expect(plan.filter(({ type }) => type === 'implementation')).toHaveLength(requirements.length);
      }),
      { numRuns: 60 },
    );
  });

  it('marks as critical exactly the tasks whose delay delays the end', async () => {
    await fc.assert(
      fc.asyncProperty(requirementLists, async (requirements) => {
        const plan = await planOf(requirements);
        const end = endOf(plan);
        for (const { key, critical } of plan) {
          const delayed = plan.map((task) =>
            task.key === key ? { ...task, estimatedHours: task.estimatedHours + 0.5 } : task,
          );
          expect(endOf(delayed) > end).toBe(critical);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is the same for the same requirements', async () => {
    await fc.assert(
      fc.asyncProperty(requirementLists, async (requirements) => {
        expect(await planOf(requirements)).toEqual(await planOf(requirements));
      }),
      { numRuns: 20 },
    );
  });
});

describe('a topological order', () => {
  it('prefers what comes first by the comparison, among what is possible', () => {
    const needs: Record<string, string[]> = { a: ['c'], b: [], c: [], d: ['b'] };
    const order = topologicalOrder({
      nodes: Object.keys(needs),
      dependenciesOf: (node) => needs[node] ?? [],
      compare: (one, other) => (one < other ? 1 : -1),
    });
    expect(order).toEqual(['c', 'b', 'd', 'a']);
  });

  it('refuses a cycle and names who is in it', () => {
    const needs: Record<string, string[]> = { a: [], b: ['d'], c: ['b'], d: ['c'] };
    expect(() => topologicalOrder({ nodes: Object.keys(needs), dependenciesOf: (node) => needs[node] ?? [] })).toThrow(
      'b, c, d',
    );
  });
});

/** When the last task ends if each begins as soon as those that it needs have ended. */
function endOf(plan: readonly PlannedTask[]): number {
  const ends = new Map<string, number>();
  for (const { key, dependsOn, estimatedHours } of plan) {
    ends.set(key, Math.max(0, ...dependsOn.map((needed) => ends.get(needed) ?? NaN)) + estimatedHours);
  }
  return Math.max(...ends.values());
}
