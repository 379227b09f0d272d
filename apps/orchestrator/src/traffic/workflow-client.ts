import * as z from 'zod';
import { ANALYSIS_DOCUMENT, type RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import type { ApprovalRequest, ApprovalVerdict } from '../approvals/approval.ts';
import { type Architecture, ARCHITECTURE_DOCUMENT } from '../architecture/architecture.ts';
import type { ProjectInput } from '../projects/project-input.ts';
import type { RequirementInput } from '../requirements/requirement.ts';
import { TASK_STATUSES, type TaskStatus } from '../tasks/task.ts';
import type { SimulatedClient, SimulatedRequest } from './simulated-client.ts';

/** What a client wants to know of a task. */
export interface TaskAnswer {
  readonly id: number;
  readonly status: TaskStatus;
  readonly estimatedHours: number;
  readonly earliestStartHours: number;
  readonly dependsOn: readonly number[];
}

/** What a client wants to know of a report. */
export interface ReportAnswer {
  readonly project: { readonly status: string };
  readonly progress: number;
  readonly hours: { readonly spent: number; readonly remaining: number };
}

const PROJECT = '/api/projects/:projectId';

const created: z.ZodType<{ readonly id: number }> = z.object({ id: z.number() });
const task: z.ZodType<TaskAnswer> = z.object({
  id: z.number(),
  status: z.enum(TASK_STATUSES),
  estimatedHours: z.number(),
  earliestStartHours: z.number(),
  dependsOn: z.array(z.number()),
});
const taskList = z.object({ tasks: z.array(task) });
const report: z.ZodType<ReportAnswer> = z.object({
  project: z.object({ status: z.string() }),
  progress: z.number(),
  hours: z.object({ spent: z.number(), remaining: z.number() }),
});

/** The workflow as a client of the REST API sees it. Each method throws unless the answer is the expected one. */
export class WorkflowClient {
  readonly #client: SimulatedClient;

  constructor(client: SimulatedClient) {
    this.#client = client;
  }

  /** Creates a project. Returns its id. */
  async createProject(body: ProjectInput): Promise<number> {
    return (await this.#ask(created, 201, { method: 'POST', route: '/api/projects', body })).id;
  }

  /** Adds a requirement. Returns its id. */
  async addRequirement(projectId: number, body: Partial<RequirementInput>): Promise<number> {
    const route = `${PROJECT}/requirements`;
    return (await this.#ask(created, 201, { method: 'POST', route, params: { projectId }, body })).id;
  }

  /** Has the requirements analyzed. */
  async analyze(projectId: number): Promise<RequirementsAnalysis> {
    const answer = z.object({ body: ANALYSIS_DOCUMENT.schema });
    return (await this.#ask(answer, 200, { method: 'POST', route: `${PROJECT}/analysis`, params: { projectId } })).body;
  }

  /** Has the architecture generated. */
  async generateArchitecture(projectId: number): Promise<Architecture> {
    const answer = z.object({ body: ARCHITECTURE_DOCUMENT.schema });
    const route = `${PROJECT}/architecture`;
    return (await this.#ask(answer, 200, { method: 'POST', route, params: { projectId } })).body;
  }

  /** Has the tasks planned. */
  async planTasks(projectId: number): Promise<readonly TaskAnswer[]> {
    const route = `${PROJECT}/tasks/plan`;
    return (await this.#ask(taskList, 200, { method: 'POST', route, params: { projectId } })).tasks;
  }

  /** The tasks that can be started. */
  async pendingTasks(projectId: number): Promise<readonly TaskAnswer[]> {
    const request = {
      method: 'GET',
      route: `${PROJECT}/tasks`,
      params: { projectId },
      query: '?status=pending',
    } as const;
    return (await this.#ask(taskList, 200, request)).tasks;
  }

  /** Starts a task. */
  async startTask(projectId: number, taskId: number): Promise<void> {
    const route = `${PROJECT}/tasks/:taskId/start`;
    await this.#ask(task, 200, { method: 'POST', route, params: { projectId, taskId } });
  }

  /** Completes a task. */
  async completeTask(projectId: number, taskId: number, actualHours: number): Promise<void> {
    const route = `${PROJECT}/tasks/:taskId/complete`;
    await this.#ask(task, 200, { method: 'POST', route, params: { projectId, taskId }, body: { actualHours } });
  }

  /** Asks for an approval. Returns its id. */
  async requestApproval(projectId: number, body: ApprovalRequest): Promise<number> {
    const route = `${PROJECT}/approvals`;
    return (await this.#ask(created, 201, { method: 'POST', route, params: { projectId }, body })).id;
  }

  /** Decides an approval. */
  async decideApproval(projectId: number, approvalId: number, body: ApprovalVerdict): Promise<void> {
    const route = `${PROJECT}/approvals/:approvalId/decision`;
    await this.#ask(created, 200, { method: 'POST', route, params: { projectId, approvalId }, body });
  }

  /** Holds a project up, takes it up again or cancels it. */
  async setStatus(projectId: number, status: 'on_hold' | 'active' | 'cancelled'): Promise<void> {
    await this.#ask(created, 200, { method: 'PATCH', route: PROJECT, params: { projectId }, body: { status } });
  }

  /** Where a project stands. */
  report(projectId: number): Promise<ReportAnswer> {
    return this.#ask(report, 200, { method: 'GET', route: `${PROJECT}/report`, params: { projectId } });
  }

  /** Sends something that the rules of the workflow forbid. */
  async beRefused(request: SimulatedRequest): Promise<void> {
    await this.#ask(z.unknown(), 409, request);
  }

  async #ask<Answer>(answer: z.ZodType<Answer>, expected: number, request: SimulatedRequest): Promise<Answer> {
    const { status, body } = await this.#client.send(request);
    if (status === expected) return answer.parse(body);
    const { method, route } = request;
    throw new Error(`${method} ${route} should answer ${expected}, but answered ${status}: ${JSON.stringify(body)}`);
  }
}
