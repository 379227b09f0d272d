import * as z from 'zod';
import type { DatabaseHandle, SqlRow } from '../database/database-handle.ts';
import { jsonColumn } from '../database/json-column.ts';
import { notFound } from '../errors/service-error.ts';
import type { PlannedTask } from './plan-tasks.ts';
import { TASK_STATUSES, TASK_TYPES, type Task, type TaskFilter, type TaskStatus } from './task.ts';

const SELECT = `select tasks.*, (
  select json_group_array(depends_on) from task_dependencies where task_id = tasks.id
) as depends_on from tasks`;

/** Numbers of tasks of a project. */
export interface TaskCounts {
  readonly tasks: number;
  readonly startedTasks: number;
  readonly completedTasks: number;
}

/** How many tasks have a status. */
export interface StatusCount {
  readonly status: TaskStatus;
  readonly count: number;
}

/** Tasks in the database, seen through one handle. */
export class TaskRepository {
  readonly #handle: DatabaseHandle;

  constructor(handle: DatabaseHandle) {
    this.#handle = handle;
  }

  /** Replaces all tasks of a project by those of a plan, in which a task comes after those that it depends on. */
  replaceAll(projectId: number, plan: readonly PlannedTask[]): void {
    this.#handle.run('delete from tasks where project_id = ?', projectId);
    const ids = new Map<string, number>();
    for (const task of plan) {
      const id = this.#insert(projectId, task);
      ids.set(task.key, id);
      for (const key of task.dependsOn) this.#insertDependency(id, ids.get(key));
    }
  }

  /** @throws ServiceError `not_found`, also for a task of another project. */
  get(projectId: number, id: number): Task {
    const row = this.#handle.get(`${SELECT} where id = ? and project_id = ?`, id, projectId);
    if (row === undefined) throw notFound('task', id);
    return taskOf(row);
  }

  /** Tasks of a project, in the order of the plan. */
  list(projectId: number, { status }: TaskFilter = {}): readonly Task[] {
    return this.#handle
      .all(`${SELECT} where project_id = ?1 and (?2 is null or status = ?2) order by id`, projectId, status ?? null)
      .map(taskOf);
  }

  /** How many tasks of a project are not completed, by status. */
  openByStatus(projectId: number): readonly StatusCount[] {
    return this.#handle
      .all(
        `select status, count(*) as count from tasks where project_id = ? and status <> 'completed' group by status`,
        projectId,
      )
      .map((row) => statusCountRow.parse(row));
  }

  /** How many tasks a project has, and how many of them were begun and ended. */
  counts(projectId: number): TaskCounts {
    const row = this.#handle.get(
      'select count(*) as tasks, count(started_at) as startedTasks, count(completed_at) as completedTasks from tasks where project_id = ?',
      projectId,
    );
    return countsRow.parse(row);
  }

  /** Writes that the work on a task has begun. */
  start(id: number, startedAt: string): void {
    this.#handle.run(`update tasks set status = 'in_progress', started_at = ? where id = ?`, startedAt, id);
  }

  /** Writes that a task is completed, and frees the tasks that waited for nothing else. Returns how many these are. */
  complete(id: number, actualHours: number, completedAt: string): number {
    this.#handle.run(
      `update tasks set status = 'completed', actual_hours = ?, completed_at = ? where id = ?`,
      actualHours,
      completedAt,
      id,
    );
    return this.#handle.run(
      `update tasks set status = 'pending' where status = 'blocked'
         and id in (select task_id from task_dependencies where depends_on = ?)
         and not exists (
           select 1 from task_dependencies join tasks as needed on needed.id = task_dependencies.depends_on
           where task_dependencies.task_id = tasks.id and needed.status <> 'completed'
         )`,
      id,
    );
  }

  #insert(projectId: number, task: PlannedTask): number {
    return this.#handle.insert(
      `insert into tasks (project_id, title, type, component, estimated_hours, earliest_start_hours, critical, status)
         values (?, ?, ?, ?, ?, ?, ?, ?)`,
      projectId,
      task.title,
      task.type,
      task.component,
      task.estimatedHours,
      task.earliestStartHours,
      task.critical ? 1 : 0,
      task.dependsOn.length === 0 ? 'pending' : 'blocked',
    );
  }

  #insertDependency(id: number, dependsOn: number | undefined): void {
    if (dependsOn === undefined) throw new Error(`The plan names a task before task ${id} that comes later or never.`);
    this.#handle.run('insert into task_dependencies (task_id, depends_on) values (?, ?)', id, dependsOn);
  }
}

const statusCountRow = z.object({ status: z.enum(TASK_STATUSES), count: z.number() });

const countsRow = z.object({ tasks: z.number(), startedTasks: z.number(), completedTasks: z.number() });

const taskRow = z
  .object({
    id: z.number(),
    title: z.string(),
    type: z.enum(TASK_TYPES),
    component: z.string(),
    estimated_hours: z.number(),
    actual_hours: z.number().nullable(),
    earliest_start_hours: z.number(),
    critical: z.number(),
    status: z.enum(TASK_STATUSES),
    started_at: z.string().nullable(),
    completed_at: z.string().nullable(),
    depends_on: jsonColumn(z.array(z.number())),
  })
  .transform((row): Task => ({
    id: row.id,
    title: row.title,
    type: row.type,
    component: row.component,
    estimatedHours: row.estimated_hours,
    actualHours: row.actual_hours,
    earliestStartHours: row.earliest_start_hours,
    critical: row.critical === 1,
    status: row.status,
    dependsOn: row.depends_on,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  }));

function taskOf(row: SqlRow): Task {
  return taskRow.parse(row);
}
