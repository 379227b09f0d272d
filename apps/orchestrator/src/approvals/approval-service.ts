import { conflict } from '../errors/service-error.ts';
import { requireStage } from '../projects/project-stage.ts';
import type { Project } from '../projects/project.ts';
import type { CompletedWork } from '../events/planning-events.ts';
import { isoNow, type PlanningContext, publish, sinceMs } from '../store/planning-context.ts';
import type { Repositories } from '../store/planning-store.ts';
import type { Task } from '../tasks/task.ts';
import type { Approval, ApprovalRequest, ApprovalSubject, ApprovalVerdict } from './approval.ts';

const MS_PER_HOUR = 3_600_000;

/** Asks stakeholders to approve the plan of a project and, in the end, its delivery. */
export class ApprovalService {
  readonly #context: PlanningContext;

  constructor(context: PlanningContext) {
    this.#context = context;
  }

  /**
   * Asks for an approval.
   *
   * @throws ServiceError `not_found`; `conflict` when there is nothing to approve, or the subject is approved or being
   * decided.
   */
  async request(projectId: number, request: ApprovalRequest): Promise<Approval> {
    const approval = await this.#context.store.write((repositories) => {
      const project = repositories.projects.get(projectId);
      requireSubject(repositories, project, request.subject);
      const current = repositories.approvals.current(projectId, request.subject);
      if (current !== undefined && current.decision !== 'rejected') {
        throw conflict(`Approval ${current.id} of the ${request.subject} is ${current.decision ?? 'still undecided'}.`);
      }
      return repositories.approvals.insert(projectId, request, isoNow(this.#context));
    });
    publish(this.#context, projectId, { type: 'approval_requested' });
    return approval;
  }

  /**
   * Decides an approval. The approval of the delivery completes the project.
   *
   * @throws ServiceError `not_found`; `conflict` when it is decided or superseded, or the person may not decide it.
   */
  async decide(projectId: number, approvalId: number, verdict: ApprovalVerdict): Promise<Approval> {
    const { decided, stage, completed } = await this.#context.store.write(({ projects, approvals, tasks }) => {
      const project = projects.get(projectId);
      const approval = approvals.get(projectId, approvalId);
      requireOpen(approval);
      requireVoice(project, approval, verdict.decidedBy);
      const now = isoNow(this.#context);
      approvals.decide(approvalId, verdict, now);
      const isDelivered = approval.subject === 'delivery' && verdict.decision === 'approved';
      if (isDelivered) projects.update({ ...project, status: 'completed', completedAt: now });
      return {
        decided: approvals.get(projectId, approvalId),
        stage: { from: project.status, to: isDelivered ? ('completed' as const) : project.status },
        completed: isDelivered ? this.#completedWork(project, tasks.list(projectId)) : undefined,
      };
    });
    const fact = {
      type: 'approval_decided',
      decision: verdict.decision,
      hours: sinceMs(this.#context, decided.requestedAt) / MS_PER_HOUR,
    } as const;
    publish(this.#context, projectId, completed === undefined ? fact : { ...fact, completed }, { stage });
    return decided;
  }

  #completedWork({ createdAt }: Project, tasks: readonly Task[]): CompletedWork {
    return {
      days: sinceMs(this.#context, createdAt) / (24 * MS_PER_HOUR),
      estimatedHours: tasks.reduce((sum, { estimatedHours }) => sum + estimatedHours, 0),
      actualHours: tasks.reduce((sum, { actualHours }) => sum + (actualHours ?? 0), 0),
    };
  }

  /**
   * All approvals of a project, oldest first.
   *
   * @throws ServiceError `not_found`.
   */
  list(projectId: number): Promise<readonly Approval[]> {
    return this.#context.store.read(({ projects, approvals }) => approvals.list(projects.get(projectId).id));
  }
}

function requireSubject({ tasks }: Repositories, project: Project, subject: ApprovalSubject): void {
  if (subject === 'delivery') {
    requireStage(project, ['review'], 'approve the delivery');
    return;
  }
  requireStage(project, ['design'], 'approve the plan');
  if (tasks.counts(project.id).tasks === 0) throw conflict(`Project ${project.id} has no plan to approve.`);
}

function requireOpen({ id, decision, superseded }: Approval): void {
  if (decision !== null) throw conflict(`Approval ${id} is already ${decision}.`);
  if (superseded) throw conflict(`Approval ${id} is void, because the tasks were planned anew after it was requested.`);
}

function requireVoice({ id, stakeholders }: Project, { requestedBy }: Approval, person: string): void {
  if (!stakeholders.includes(person)) throw conflict(`${person} is no stakeholder of project ${id}.`);
  if (person === requestedBy) throw conflict(`${person} asked for the approval and cannot decide it.`);
}
