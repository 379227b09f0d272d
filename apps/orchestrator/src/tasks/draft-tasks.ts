import type { RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import { termsOf } from '../analysis/words.ts';
import type { Architecture, Component } from '../architecture/architecture.ts';
import type { Requirement } from '../requirements/requirement.ts';
import {
  designHours,
  halfHours,
  HOURS_PER_AMBIGUITY,
  HOURS_PER_CONFLICT,
  HOURS_PER_DOCUMENTED_COMPONENT,
  HOURS_PER_INTEGRATION,
  implementationHours,
  TESTING_SHARE,
} from './estimate.ts';
import type { TaskType } from './task.ts';

/** What a plan is made from. */
export interface PlanBasis {
  readonly requirements: readonly Requirement[];
  readonly analysis: RequirementsAnalysis;
  readonly architecture: Architecture;
}

/** A task before it is put in order. */
export interface DraftTask {
  /** Unique in the plan. */
  readonly key: string;
  readonly title: string;
  readonly type: TaskType;
  /** Component that it belongs to. */
  readonly component: string;
  readonly estimatedHours: number;
  /** Keys of the tasks that have to be completed first. */
  readonly dependsOn: readonly string[];
}

/** Component of tasks that concern all. */
const WHOLE = 'System';
const TITLE_LENGTH = 60;

/** Lists the tasks of a project, in no particular order: per requirement, per component, per joint, and one for all. */
export function draftTasks(basis: PlanBasis): readonly DraftTask[] {
  const clarifications = [...conflictTasks(basis), ...ambiguityTasks(basis)];
  const { components } = basis.architecture;
  const drafts = [
    ...clarifications,
    ...components.map((component) => designTask(component, clarifications, basis)),
    ...components.flatMap((component) => implementationTasks(component, basis)),
  ];
  const tests = components.map((component) => testTask(component, drafts));
  const joints = components.flatMap(integrationTasks);
  return [...drafts, ...tests, ...joints, documentationTask(components, [...tests, ...joints])];
}

function conflictTasks({ analysis }: PlanBasis): readonly DraftTask[] {
  return analysis.conflicts.map(({ kind, requirements }) => ({
    key: `resolve:${requirements.join('-')}`,
    title: `Resolve ${kind.replace('_', ' ')} of requirements ${requirements.join(' and ')}`,
    type: 'clarification',
    component: WHOLE,
    estimatedHours: HOURS_PER_CONFLICT,
    dependsOn: [],
  }));
}

function ambiguityTasks({ analysis }: PlanBasis): readonly DraftTask[] {
  const ids = [...new Set(analysis.ambiguities.map(({ requirement }) => requirement))];
  return ids.map((id) => {
    const phrases = analysis.ambiguities.filter(({ requirement }) => requirement === id).map(({ phrase }) => phrase);
    return {
      key: `clarify:${id}`,
      title: `Clarify requirement ${id}: ${phrases.map((phrase) => `"${phrase}"`).join(', ')}`,
      type: 'clarification',
      component: WHOLE,
      estimatedHours: HOURS_PER_AMBIGUITY * phrases.length,
      dependsOn: [],
    };
  });
}

function designTask(
  { name, requirements, dependsOn }: Component,
  clarifications: readonly DraftTask[],
  { analysis }: PlanBasis,
): DraftTask {
  const conflicts = analysis.conflicts.filter(({ requirements: pair }) => pair.some((id) => requirements.includes(id)));
  const needed = new Set([
    ...conflicts.map(({ requirements: pair }) => `resolve:${pair.join('-')}`),
    ...requirements.map((id) => `clarify:${id}`),
  ]);
  return {
    key: `design:${name}`,
    title: `Design ${name}`,
    type: 'design',
    component: name,
    estimatedHours: designHours(requirements.length, dependsOn.length),
    dependsOn: [
      ...clarifications.map(({ key }) => key).filter((key) => needed.has(key)),
      ...dependsOn.map((other) => `design:${other}`),
    ],
  };
}

function implementationTasks(
  { name, requirements: ids }: Component,
  { requirements, analysis }: PlanBasis,
): readonly DraftTask[] {
  return requirements
    .filter(({ id }) => ids.includes(id))
    .map(({ id, text, dependsOn }) => ({
      key: `implement:${id}`,
      title: `Implement requirement ${id}: ${shortened(text)}`,
      type: 'implementation',
      component: name,
      estimatedHours: implementationHours({
        terms: termsOf(text).size,
        quantities: analysis.quantities.filter(({ requirement }) => requirement === id).length,
        topics: analysis.topics.find(({ requirement }) => requirement === id)?.topics.length ?? 0,
      }),
      dependsOn: [`design:${name}`, ...dependsOn.map((other) => `implement:${other}`)],
    }));
}

function testTask({ name }: Component, drafts: readonly DraftTask[]): DraftTask {
  const tested = drafts.filter(({ component, type }) => component === name && type === 'implementation');
  const hours = tested.reduce((sum, { estimatedHours }) => sum + estimatedHours, 0);
  return {
    key: `test:${name}`,
    title: `Test ${name}`,
    type: 'testing',
    component: name,
    estimatedHours: halfHours(hours * TESTING_SHARE),
    dependsOn: [`design:${name}`, ...tested.map(({ key }) => key)],
  };
}

function integrationTasks({ name, dependsOn }: Component): readonly DraftTask[] {
  return dependsOn.map((other) => ({
    key: `integrate:${name}:${other}`,
    title: `Integrate ${name} with ${other}`,
    type: 'integration',
    component: name,
    estimatedHours: HOURS_PER_INTEGRATION,
    dependsOn: [`test:${name}`, `test:${other}`],
  }));
}

function documentationTask(components: readonly Component[], needed: readonly DraftTask[]): DraftTask {
  return {
    key: 'document',
    title: `Document ${components.length} components`,
    type: 'documentation',
    component: WHOLE,
    estimatedHours: HOURS_PER_DOCUMENTED_COMPONENT * components.length,
    dependsOn: needed.map(({ key }) => key),
  };
}

function shortened(text: string): string {
  return text.length <= TITLE_LENGTH ? text : `${text.slice(0, TITLE_LENGTH - 1).trimEnd()}…`;
}
