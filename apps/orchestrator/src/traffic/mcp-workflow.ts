import * as z from 'zod';
import { ANALYSIS_DOCUMENT, type RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import type { ApprovalRequest, ApprovalVerdict } from '../approvals/approval.ts';
import { type Architecture, ARCHITECTURE_DOCUMENT } from '../architecture/architecture.ts';
import type { ProjectInput } from '../projects/project-input.ts';
import type { RequirementInput } from '../requirements/requirement.ts';
import type { SimulatedMcpClient } from './simulated-mcp-client.ts';
import { idAnswer, planAnswer, reportAnswer } from './workflow-answers.ts';
import type { PlannedTaskAnswer, ReportAnswer, TaskAnswer, Workflow } from './workflow.ts';

/** The workflow over MCP. */
export class McpWorkflow implements Workflow {
  readonly #client: SimulatedMcpClient;

  constructor(client: SimulatedMcpClient) {
    this.#client = client;
  }

  async createProject(input: ProjectInput): Promise<number> {
    return (await this.#call(idAnswer, 'create_project', input)).id;
  }

  async addRequirement(projectId: number, input: RequirementInput): Promise<number> {
    return (await this.#call(idAnswer, 'add_requirement', { projectId, ...input })).id;
  }

  async analyze(projectId: number): Promise<RequirementsAnalysis> {
    return (await this.#call(z.object({ body: ANALYSIS_DOCUMENT.schema }), 'analyze_requirements', { projectId })).body;
  }

  async generateArchitecture(projectId: number): Promise<Architecture> {
    const answer = z.object({ body: ARCHITECTURE_DOCUMENT.schema });
    return (await this.#call(answer, 'generate_architecture', { projectId })).body;
  }

  async planTasks(projectId: number): Promise<readonly PlannedTaskAnswer[]> {
    return (await this.#call(planAnswer, 'plan_tasks', { projectId })).tasks;
  }

  async pendingTasks(projectId: number): Promise<readonly TaskAnswer[]> {
    const { next } = await this.report(projectId);
    return next.filter(({ status }) => status === 'pending');
  }

  async startTask(projectId: number, taskId: number): Promise<void> {
    await this.#call(idAnswer, 'start_task', { projectId, taskId });
  }

  async completeTask(projectId: number, taskId: number, actualHours: number): Promise<void> {
    await this.#call(idAnswer, 'complete_task', { projectId, taskId, actualHours });
  }

  async requestApproval(projectId: number, request: ApprovalRequest): Promise<number> {
    return (await this.#call(idAnswer, 'request_approval', { projectId, ...request })).id;
  }

  async decideApproval(projectId: number, approvalId: number, verdict: ApprovalVerdict): Promise<void> {
    await this.#call(idAnswer, 'decide_approval', { projectId, approvalId, ...verdict });
  }

  report(projectId: number): Promise<ReportAnswer> {
    return this.#call(reportAnswer, 'project_status', { projectId });
  }

  async #call<Answer>(answer: z.ZodType<Answer>, tool: string, args: object): Promise<Answer> {
    return answer.parse(await this.#client.callTool(tool, args));
  }
}
