import type { RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import type { Architecture } from '../architecture/architecture.ts';
import { type PlannedTaskAnswer, RefusalError, type Workflow } from '../traffic/workflow.ts';
import type { Check } from './check.ts';

/** Requirements with known contents. Dependencies are places in this list. */
const REQUIREMENTS = [
  { text: 'The clerk must delete orders.', dependsOn: [] },
  { text: 'The clerk must not delete orders.', dependsOn: [] },
  { text: 'Search results must appear within 200 ms.', dependsOn: [] },
  { text: 'Search results must appear within 2 seconds.', dependsOn: [] },
  { text: 'As a customer, I want to find invoices quickly on a user-friendly page.', dependsOn: [] },
  { text: 'The operator should notify each customer by email.', dependsOn: [4] },
] as const;
const ASKER = 'Ada';
const DECIDER = 'Bruno';

/**
 * Leads one project through the whole workflow, and compares each answer with what follows from its requirements. An
 * answer that makes it impossible to go on is thrown as an error.
 */
export async function walkThrough(workflow: Workflow): Promise<readonly Check[]> {
  const id = await workflow.createProject({ name: 'Walk-through', description: '', stakeholders: [ASKER, DECIDER] });
  const ids: number[] = [];
  for (const { text, dependsOn } of REQUIREMENTS) {
    const needed = dependsOn.map((place) => ids[place] ?? 0);
    ids.push(await workflow.addRequirement(id, { text, priority: 'must', dependsOn: needed }));
  }
  await expectRefusal('an architecture before the analysis', workflow.generateArchitecture(id));
  const analysis = await workflow.analyze(id);
  const architecture = await workflow.generateArchitecture(id);
  const plan = await workflow.planTasks(id);
  const spent = await approveAndWork(workflow, id, plan);
  const delivery = await workflow.requestApproval(id, { subject: 'delivery', requestedBy: ASKER });
  await workflow.decideApproval(id, delivery, { decision: 'approved', decidedBy: DECIDER, comment: '' });
  return [
    checkAnalysis(analysis, ids),
    checkArchitecture(architecture, ids),
    checkPlan(plan),
    await checkDelivery(workflow, id, spent),
  ];
}

/** Returns the hours that were reported as spent. */
async function approveAndWork(
  workflow: Workflow,
  projectId: number,
  plan: readonly PlannedTaskAnswer[],
): Promise<number> {
  const [first, last] = [plan[0]?.id ?? 0, plan.at(-1)?.id ?? 0];
  await expectRefusal('a start before the approval', workflow.startTask(projectId, first));
  const approval = await workflow.requestApproval(projectId, { subject: 'plan', requestedBy: ASKER });
  const verdict = { decision: 'approved', comment: '' } as const;
  const ownVerdict = workflow.decideApproval(projectId, approval, { ...verdict, decidedBy: ASKER });
  await expectRefusal('a decision by who has asked for it', ownVerdict);
  await workflow.decideApproval(projectId, approval, { ...verdict, decidedBy: DECIDER });
  await expectRefusal('a start of a blocked task', workflow.startTask(projectId, last));
  let spent = 0;
  for (;;) {
    const pending = await workflow.pendingTasks(projectId);
    if (pending.length === 0) return spent;
    for (const { id, estimatedHours } of pending) {
      await workflow.startTask(projectId, id);
      await workflow.completeTask(projectId, id, estimatedHours + 1);
      spent += estimatedHours + 1;
    }
  }
}

async function expectRefusal(what: string, action: Promise<unknown>): Promise<void> {
  const outcome = await action.then(
    () => 'allowed',
    (error: unknown) => (error instanceof RefusalError ? 'refused' : String(error)),
  );
  if (outcome !== 'refused') throw new Error(`The workflow should refuse ${what}, but: ${outcome}.`);
}

function checkAnalysis({ conflicts, ambiguities, actors }: RequirementsAnalysis, ids: readonly number[]): Check {
  const found = conflicts.map(
    ({ kind, requirements }) => `${kind} ${requirements.map((id) => ids.indexOf(id)).join(' ')}`,
  );
  return {
    name: 'analysis finds the known conflicts, open phrases and actors',
    detail: `${conflicts.length} conflicts, ${ambiguities.length} open phrases, ${actors.length} actors`,
    problems: [
      ...difference('conflicts', found, ['contradiction 0 1', 'differing_limits 2 3']),
      ...difference(
        'phrases',
        ambiguities.map(({ phrase }) => phrase),
        ['quickly', 'user-friendly'],
      ),
      ...difference(
        'actors',
        actors.map(({ name }) => name),
        ['clerk', 'search results', 'customer', 'operator'],
      ),
    ],
  };
}

function checkArchitecture({ components }: Architecture, ids: readonly number[]): Check {
  const names = components.map(({ name }) => name);
  const tooEarly = components.filter(({ name, dependsOn }) =>
    dependsOn.some((other) => names.indexOf(other) === -1 || names.indexOf(other) > names.indexOf(name)),
  );
  const assigned = components.flatMap(({ requirements }) => requirements).toSorted((a, b) => a - b);
  return {
    name: 'architecture: each requirement in one component, each component after those that it uses',
    detail: names.join(', '),
    problems: [
      ...tooEarly.map(({ name }) => `${name} comes before what it uses`),
      ...difference('requirements', assigned.map(String), ids.map(String)),
    ],
  };
}

function checkPlan(plan: readonly PlannedTaskAnswer[]): Check {
  const byId = new Map(plan.map((task) => [task.id, task]));
  const problems = plan.flatMap(({ id, dependsOn, earliestStartHours }) => {
    const needed = dependsOn.map((other) => byId.get(other));
    const earliest = Math.max(
      0,
      ...needed.map((task) => (task?.earliestStartHours ?? 0) + (task?.estimatedHours ?? 0)),
    );
    return [
      ...(needed.some((task) => task === undefined || task.id > id) ? [`task ${id} comes before what it needs`] : []),
      ...(earliest === earliestStartHours
        ? []
        : [`task ${id} starts at ${earliestStartHours} h instead of ${earliest} h`]),
    ];
  });
  return { name: 'plan: each task after those that it needs', detail: `${plan.length} tasks`, problems };
}

async function checkDelivery(workflow: Workflow, id: number, spent: number): Promise<Check> {
  const { project, progress, hours } = await workflow.report(id);
  return {
    name: 'workflow: refuses what its rules forbid, and ends with a completed project',
    detail: `${hours.spent} h spent`,
    problems: difference(
      'report',
      [`${project.status} ${progress} ${hours.spent} ${hours.remaining}`],
      [`completed 1 ${spent} 0`],
    ),
  };
}

function difference(what: string, actual: readonly string[], expected: readonly string[]): readonly string[] {
  if (actual.join('\n') === expected.join('\n')) return [];
  return [`${what}: expected ${expected.join(', ')}, got ${actual.join(', ')}`];
}
