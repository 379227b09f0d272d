import * as z from 'zod';
import { ANALYSIS_DOCUMENT, type RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import type { ApprovalRequest, ApprovalVerdict } from '../approvals/approval.ts';
import { type Architecture, ARCHITECTURE_DOCUMENT } from '../architecture/architecture.ts';
import type { ProjectInput } from '../projects/project-input.ts';
import type { RequirementInput } from '../requirements/requirement.ts';
import type { SimulatedClient, SimulatedRequest } from './simulated-client.ts';
import { idAnswer, planAnswer, reportAnswer, taskListAnswer } from './workflow-answers.ts';
import { type PlannedTaskAnswer, RefusalError, type ReportAnswer, type TaskAnswer, type Workflow } from './workflow.ts';

const PROJECT = '/api/projects/:projectId';
const CREATED = 201;
const CONFLICT = 409;

/** The workflow over the REST API. */
export class RestWorkflow implements Workflow {
  readonly #client: SimulatedClient;

  constructor(client: SimulatedClient) {
    this.#client = client;
  }

  async createProject(body: ProjectInput): Promise<number> {
    return (await this.#ask(idAnswer, { method: 'POST', route: '/api/projects', body }, CREATED)).id;
  }

  async addRequirement(projectId: number, body: RequirementInput): Promise<number> {
    return (await this.#post(idAnswer, 'requirements', { projectId }, body, CREATED)).id;
  }

  async analyze(projectId: number): Promise<RequirementsAnalysis> {
    return (await this.#post(z.object({ body: ANALYSIS_DOCUMENT.schema }), 'analysis', { projectId })).body;
  }

  async generateArchitecture(projectId: number): Promise<Architecture> {
    return (await this.#post(z.object({ body: ARCHITECTURE_DOCUMENT.schema }), 'architecture', { projectId })).body;
  }

  async planTasks(projectId: number): Promise<readonly PlannedTaskAnswer[]> {
    return (await this.#post(planAnswer, 'tasks/plan', { projectId })).tasks;
  }

  async pendingTasks(projectId: number): Promise<readonly TaskAnswer[]> {
    const request = {
      method: 'GET',
      route: `${PROJECT}/tasks`,
      params: { projectId },
      query: '?status=pending',
    } as const;
    return (await this.#ask(taskListAnswer, request)).tasks;
  }

  async startTask(projectId: number, taskId: number): Promise<void> {
    await this.#post(idAnswer, 'tasks/:taskId/start', { projectId, taskId });
  }

  async completeTask(projectId: number, taskId: number, actualHours: number): Promise<void> {
    await this.#post(idAnswer, 'tasks/:taskId/complete', { projectId, taskId }, { actualHours });
  }

  async requestApproval(projectId: number, request: ApprovalRequest): Promise<number> {
    return (await this.#post(idAnswer, 'approvals', { projectId }, request, CREATED)).id;
  }

  async decideApproval(projectId: number, approvalId: number, verdict: ApprovalVerdict): Promise<void> {
    await this.#post(idAnswer, 'approvals/:approvalId/decision', { projectId, approvalId }, verdict);
  }

  report(projectId: number): Promise<ReportAnswer> {
    return this.#ask(reportAnswer, { method: 'GET', route: `${PROJECT}/report`, params: { projectId } });
  }

  #post<Answer>(
    answer: z.ZodType<Answer>,
    part: string,
    params: Readonly<Record<string, number>>,
    body?: unknown,
    status?: number,
  ): Promise<Answer> {
    return this.#ask(answer, { method: 'POST', route: `${PROJECT}/${part}`, params, body }, status);
  }

  async #ask<Answer>(answer: z.ZodType<Answer>, request: SimulatedRequest, expected = 200): Promise<Answer> {
    const { status, body } = await this.#client.send(request);
    if (status === expected) return answer.parse(body);
    const message = `${request.method} ${request.route} should answer ${expected}, but answered ${status}: ${JSON.stringify(body)}`;
    throw status === CONFLICT ? new RefusalError(message) : new Error(message);
  }
}
