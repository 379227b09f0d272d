import { conflict } from '../errors/service-error.ts';
import { requireStage } from '../projects/project-stage.ts';
import type { Project } from '../projects/project.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import type { Repositories } from '../store/planning-store.ts';
import type { Approval, ApprovalRequest, ApprovalSubject, ApprovalVerdict } from './approval.ts';

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
    publish(this.#context, 'approval_requested', projectId);
    return approval;
  }

  /**
   * Decides an approval. The approval of the delivery completes the project.
   *
   * @throws ServiceError `not_found`; `conflict` when it is decided or superseded, or the person may not decide it.
   */
  async decide(projectId: number, approvalId: number, verdict: ApprovalVerdict): Promise<Approval> {
    const decided = await this.#context.store.write(({ projects, approvals }) => {
      const project = projects.get(projectId);
      const approval = approvals.get(projectId, approvalId);
      requireOpen(approval);
      requireVoice(project, approval, verdict.decidedBy);
      const now = isoNow(this.#context);
      approvals.decide(approvalId, verdict, now);
      if (approval.subject === 'delivery' && verdict.decision === 'approved') {
        projects.update({ ...project, status: 'completed', completedAt: now });
      }
      return approvals.get(projectId, approvalId);
    });
    publish(this.#context, 'approval_decided', projectId);
    return decided;
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
