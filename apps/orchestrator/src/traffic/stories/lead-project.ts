import { RequirementWriter } from '../requirement-writer.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { Story } from '../story.ts';
import type { Workflow } from '../workflow.ts';

/** Share of plans that are rejected at first. */
const REJECTED = 0.15;

/**
 * Leads one project from the idea to the delivery.
 *
 * @yields After each request.
 */
export async function* leadProject(workflow: Workflow, random: SeededRandom): Story {
  const writer = new RequirementWriter(random);
  const name = writer.projectName();
  const stakeholders = writer.stakeholders();
  const description = `Everything that the new ${name.toLowerCase()} needs.`;
  const id = await workflow.createProject({ name, description, stakeholders });
  yield;
  yield* collectRequirements(workflow, id, random);
  await workflow.analyze(id);
  yield;
  await workflow.generateArchitecture(id);
  yield;
  await workflow.planTasks(id);
  yield;
  if (random.chance(REJECTED)) yield* decide(workflow, id, stakeholders, { subject: 'plan', decision: 'rejected' });
  yield* decide(workflow, id, stakeholders, { subject: 'plan', decision: 'approved' });
  yield* work(workflow, id, random);
  yield* decide(workflow, id, stakeholders, { subject: 'delivery', decision: 'approved' });
}

async function* collectRequirements(workflow: Workflow, projectId: number, random: SeededRandom): Story {
  const writer = new RequirementWriter(random);
  const ids: number[] = [];
  for (let rest = random.between(4, 14); rest > 0; rest--) {
    const dependsOn = ids.length > 0 && random.chance(0.2) ? [random.pick(ids)] : [];
    ids.push(await workflow.addRequirement(projectId, { ...writer.requirement(), dependsOn }));
    yield;
  }
}

async function* decide(
  workflow: Workflow,
  projectId: number,
  [requestedBy = '', decidedBy = '']: readonly string[],
  { subject, decision }: { readonly subject: 'plan' | 'delivery'; readonly decision: 'approved' | 'rejected' },
): Story {
  const approvalId = await workflow.requestApproval(projectId, { subject, requestedBy });
  yield;
  const comment = decision === 'rejected' ? 'Too many open questions.' : 'Agreed.';
  await workflow.decideApproval(projectId, approvalId, { decision, decidedBy, comment });
  yield;
}

async function* work(workflow: Workflow, projectId: number, random: SeededRandom): Story {
  for (;;) {
    const tasks = await workflow.pendingTasks(projectId);
    yield;
    if (tasks.length === 0) return;
    for (const { id, estimatedHours } of tasks) {
      await workflow.startTask(projectId, id);
      yield;
      // Work takes from half to twice the estimate.
      await workflow.completeTask(projectId, id, estimatedHours * 2 ** (random.next() * 2 - 1));
      yield;
    }
  }
}
