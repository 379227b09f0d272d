import { ANALYSIS_DOCUMENT } from '../analysis/requirements-analysis.ts';
import { ARCHITECTURE_DOCUMENT } from '../architecture/architecture.ts';
import { conflict } from '../errors/service-error.ts';
import { requireStage } from '../projects/project-stage.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import { planTasks } from './plan-tasks.ts';
import type { Task, TaskFilter, TaskResult } from './task.ts';

/** Plans tasks and follows the work on them. */
export class TaskService {
  readonly #context: PlanningContext;

  constructor(context: PlanningContext) {
    this.#context = context;
  }

  /**
   * Plans the tasks of a project from its architecture, in place of an earlier plan. An approval of that is void.
   *
   * @throws ServiceError `not_found`; `conflict` when the work has begun or the architecture is missing or outdated.
   */
  async plan(projectId: number): Promise<readonly Task[]> {
    const planned = await this.#context.store.write(({ projects, requirements, documents, tasks, approvals }) => {
      const project = projects.get(projectId);
      requireStage(project, ['design'], 'plan the tasks');
      const analysis = documents.find(projectId, ANALYSIS_DOCUMENT);
      const architecture = documents.find(projectId, ARCHITECTURE_DOCUMENT);
      if (analysis?.revision !== project.revision || architecture?.revision !== project.revision) {
        throw conflict(
          `The architecture of project ${projectId} has to be generated first, from its current requirements.`,
        );
      }
      const basis = {
        requirements: requirements.list(projectId),
        analysis: analysis.body,
        architecture: architecture.body,
      };
      tasks.replaceAll(projectId, planTasks(basis));
      approvals.supersede(projectId, 'plan');
      return tasks.list(projectId);
    });
    publish(this.#context, 'tasks_planned', projectId);
    return planned;
  }

  /**
   * Tasks of a project, in the order of the plan.
   *
   * @throws ServiceError `not_found`.
   */
  list(projectId: number, filter: TaskFilter = {}): Promise<readonly Task[]> {
    return this.#context.store.read(({ projects, tasks }) => tasks.list(projects.get(projectId).id, filter));
  }

  /** @throws ServiceError `not_found`. */
  get(projectId: number, taskId: number): Promise<Task> {
    return this.#context.store.read(({ tasks }) => tasks.get(projectId, taskId));
  }

  /**
   * Begins the work on a task.
   *
   * @throws ServiceError `not_found`; `conflict` unless the plan is approved and all that the task needs is completed.
   */
  async start(projectId: number, taskId: number): Promise<Task> {
    const started = await this.#context.store.write(({ projects, tasks, approvals }) => {
      const project = projects.get(projectId);
      const task = tasks.get(projectId, taskId);
      requireStage(project, ['design', 'in_progress'], 'start a task');
      if (approvals.current(projectId, 'plan')?.decision !== 'approved') {
        throw conflict(`The plan of project ${projectId} has to be approved before the work can begin.`);
      }
      if (task.status !== 'pending') throw conflict(`Cannot start task ${taskId}: it is ${task.status}.`);
      tasks.start(taskId, isoNow(this.#context));
      projects.update({ ...project, status: 'in_progress' });
      return tasks.get(projectId, taskId);
    });
    publish(this.#context, 'task_started', projectId);
    return started;
  }

  /**
   * Ends the work on a task. After the last one the project is in review.
   *
   * @throws ServiceError `not_found`; `conflict` when it is not in progress.
   */
  async complete(projectId: number, taskId: number, { actualHours }: TaskResult): Promise<Task> {
    const completed = await this.#context.store.write(({ projects, tasks }) => {
      const project = projects.get(projectId);
      const task = tasks.get(projectId, taskId);
      requireStage(project, ['in_progress'], 'complete a task');
      if (task.status !== 'in_progress') throw conflict(`Cannot complete task ${taskId}: it is ${task.status}.`);
      tasks.complete(taskId, actualHours, isoNow(this.#context));
      const counts = tasks.counts(projectId);
      if (counts.completedTasks === counts.tasks) projects.update({ ...project, status: 'review' });
      return tasks.get(projectId, taskId);
    });
    publish(this.#context, 'task_completed', projectId);
    return completed;
  }
}
