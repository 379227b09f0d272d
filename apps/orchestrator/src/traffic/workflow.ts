import type { RequirementsAnalysis } from '../analysis/requirements-analysis.ts';
import type { ApprovalRequest, ApprovalVerdict } from '../approvals/approval.ts';
import type { Architecture } from '../architecture/architecture.ts';
import type { ProjectInput } from '../projects/project-input.ts';
import type { RequirementInput } from '../requirements/requirement.ts';
import type { TaskStatus } from '../tasks/task.ts';

/** What a client wants to know of a task. */
export interface TaskAnswer {
  readonly id: number;
  readonly estimatedHours: number;
}

/** What a client wants to know of a planned task. */
export interface PlannedTaskAnswer extends TaskAnswer {
  readonly status: TaskStatus;
  readonly earliestStartHours: number;
  readonly dependsOn: readonly number[];
}

/** What a client wants to know of a report. */
export interface ReportAnswer {
  readonly project: { readonly status: string };
  readonly progress: number;
  readonly hours: { readonly spent: number; readonly remaining: number };
  /** Some of the tasks that can be worked on. */
  readonly next: readonly (TaskAnswer & { readonly status: TaskStatus })[];
}

/**
 * The workflow as a client sees it, by whatever protocol.
 *
 * Each method rejects with a {@link RefusalError} when the rules of the workflow forbid it, and with another error for any
 * other unexpected answer.
 */
export interface Workflow {
  /** Creates a project. Gives its id. */
  createProject(input: ProjectInput): Promise<number>;
  /** Adds a requirement. Gives its id. */
  addRequirement(projectId: number, input: RequirementInput): Promise<number>;
  /** Has the requirements analyzed. */
  analyze(projectId: number): Promise<RequirementsAnalysis>;
  /** Has the architecture generated. */
  generateArchitecture(projectId: number): Promise<Architecture>;
  /** Has the tasks planned. */
  planTasks(projectId: number): Promise<readonly PlannedTaskAnswer[]>;
  /** Tasks that can be started; none only when there are none. */
  pendingTasks(projectId: number): Promise<readonly TaskAnswer[]>;
  /** Starts a task. */
  startTask(projectId: number, taskId: number): Promise<void>;
  /** Completes a task. */
  completeTask(projectId: number, taskId: number, actualHours: number): Promise<void>;
  /** Asks for an approval. Gives its id. */
  requestApproval(projectId: number, request: ApprovalRequest): Promise<number>;
  /** Decides an approval. */
  decideApproval(projectId: number, approvalId: number, verdict: ApprovalVerdict): Promise<void>;
  /** Where a project stands. */
  report(projectId: number): Promise<ReportAnswer>;
}

/** The service refused what the rules of the workflow forbid. */
export class RefusalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusalError';
  }
}
