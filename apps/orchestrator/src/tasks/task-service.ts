import { ANALYSIS_DOCUMENT } from '../analysis/requirements-analysis.ts';
import { ARCHITECTURE_DOCUMENT } from '../architecture/architecture.ts';
import { conflict } from '../errors/service-error.ts';
import { requireStage } from '../projects/project-stage.ts';
import { isoNow, type PlanningContext, publish } from '../store/planning-context.ts';
import { cancelled } from './cancelled.ts';
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
    const { planned, replaced } = await this.#context.store.write(
      ({ projects, requirements, documents, tasks, approvals }) => {
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
        const open = tasks.openByStatus(projectId);
        tasks.replaceAll(projectId, planTasks(basis));
        approvals.supersede(projectId, 'plan');
        return { planned: tasks.list(projectId), replaced: open };
      },
    );
    const blocked = planned.filter(({ status }) => status === 'blocked').length;
    publish(
      this.#context,
      projectId,
      { type: 'tasks_planned', planned: planned.map(({ type, estimatedHours }) => ({ type, estimatedHours })) },
      { tasks: [...cancelled(replaced), { from: 'pending', to: 'blocked', count: blocked }] },
    );
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
    const { started, from } = await this.#context.store.write(({ projects, tasks, approvals }) => {
      const project = projects.get(projectId);
      const task = tasks.get(projectId, taskId);
      requireStage(project, ['design', 'in_progress'], 'start a task');
      if (approvals.current(projectId, 'plan')?.decision !== 'approved') {
        throw conflict(`The plan of project ${projectId} has to be approved before the work can begin.`);
      }
      if (task.status !== 'pending') throw conflict(`Cannot start task ${taskId}: it is ${task.status}.`);
      tasks.start(taskId, isoNow(this.#context));
      projects.update({ ...project, status: 'in_progress' });
      return { started: tasks.get(projectId, taskId), from: project.status };
    });
    publish(
      this.#context,
      projectId,
      { type: 'task_started' },
      { stage: { from, to: 'in_progress' }, tasks: [{ from: 'pending', to: 'in_progress', count: 1 }] },
    );
    return started;
  }

  /**
   * Ends the work on a task. After the last one the project is in review.
   *
   * @throws ServiceError `not_found`; `conflict` when it is not in progress.
   */
  async complete(projectId: number, taskId: number, { actualHours }: TaskResult): Promise<Task> {
    const { completed, freed, to } = await this.#context.store.write(({ projects, tasks }) => {
      const project = projects.get(projectId);
      const task = tasks.get(projectId, taskId);
      requireStage(project, ['in_progress'], 'complete a task');
      if (task.status !== 'in_progress') throw conflict(`Cannot complete task ${taskId}: it is ${task.status}.`);
      const waiting = tasks.complete(taskId, actualHours, isoNow(this.#context));
      const counts = tasks.counts(projectId);
      const stage = counts.completedTasks === counts.tasks ? ('review' as const) : project.status;
      if (stage !== project.status) projects.update({ ...project, status: stage });
      return { completed: tasks.get(projectId, taskId), freed: waiting, to: stage };
    });
    const { estimatedHours } = completed;
    publish(
      this.#context,
      projectId,
      { type: 'task_completed', taskId, estimatedHours, actualHours },
      {
        stage: { from: 'in_progress', to },
        tasks: [
          { from: 'in_progress', to: 'completed', count: 1 },
          { from: 'blocked', to: 'pending', count: freed },
        ],
      },
    );
    return completed;
  }
}
