import type { RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import type { Component, Risk } from './architecture.ts';

/** Share of requirements with open phrases from which the estimates of a project are doubtful. */
const MUCH_AMBIGUITY = 0.3;
/** Seconds below which a demanded time takes more than plain code. */
const SHORT_TIME = 0.1;
/** Number of users of a component from which its failure is the failure of the system. */
const MANY_DEPENDENTS = 4;

const ORDER: readonly Risk['level'][] = ['high', 'medium', 'low'];

/** Finds what can go wrong with a design, worst first. */
export function assessRisks(analysis: RequirementsAnalysis, components: readonly Component[]): readonly Risk[] {
  return [
    ...conflictRisks(analysis),
    ...ambiguityRisks(analysis),
    ...speedRisks(analysis),
    ...centralRisks(components),
  ].toSorted((a, b) => ORDER.indexOf(a.level) - ORDER.indexOf(b.level));
}

function conflictRisks({ conflicts }: RequirementsAnalysis): readonly Risk[] {
  return conflicts
    .filter(({ kind }) => kind !== 'duplicate')
    .map(({ kind, requirements }) => ({
      level: kind === 'differing_limits' ? 'medium' : 'high',
      description: `Requirements ${requirements.join(' and ')} do not go together (${kind.replace('_', ' ')}).`,
      requirements,
    }));
}

function ambiguityRisks({ ambiguities, complexity }: RequirementsAnalysis): readonly Risk[] {
  const open = [...new Set(ambiguities.map(({ requirement }) => requirement))];
  const total = complexity.factors.requirements;
  if (open.length < total * MUCH_AMBIGUITY) return [];
  const description = `${open.length} of ${total} requirements leave open what is meant, so estimates are doubtful.`;
  return [{ level: 'medium', description, requirements: open }];
}

function speedRisks({ quantities }: RequirementsAnalysis): readonly Risk[] {
  return quantities
    .filter(({ unit, bound, value }) => unit === 'seconds' && bound === 'at_most' && value < SHORT_TIME)
    .map(({ requirement, text }) => ({
      level: 'medium',
      description: `"${text}" in requirement ${requirement} needs a design for speed.`,
      requirements: [requirement],
    }));
}

function centralRisks(components: readonly Component[]): readonly Risk[] {
  return components.flatMap(({ name, requirements }) => {
    const dependents = components.filter(({ dependsOn }) => dependsOn.includes(name)).length;
    if (dependents < MANY_DEPENDENTS) return [];
    return [{ level: 'low' as const, description: `${dependents} components depend on ${name}.`, requirements }];
  });
}
