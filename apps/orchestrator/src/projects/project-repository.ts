import * as z from 'zod';
import type { DatabaseHandle, SqlRow } from '../database/database-handle.ts';
import { jsonColumn } from '../database/json-column.ts';
import { notFound } from '../errors/service-error.ts';
import type { ProjectFilter, ProjectInput } from './project-input.ts';
import { PROJECT_STATUSES, type Project } from './project.ts';

/** Projects in the database, seen through one handle. */
export class ProjectRepository {
  readonly #handle: DatabaseHandle;

  constructor(handle: DatabaseHandle) {
    this.#handle = handle;
  }

  /** Adds a project in stage `planning`. */
  insert(input: ProjectInput, createdAt: string): Project {
    const id = this.#handle.insert(
      `insert into projects (name, description, stakeholders, status, revision, created_at) values (?, ?, ?, 'planning', 0, ?)`,
      input.name,
      input.description,
      JSON.stringify(input.stakeholders),
      createdAt,
    );
    return { ...input, id, status: 'planning', revision: 0, createdAt, completedAt: null };
  }

  /** @throws ServiceError `not_found`. */
  get(id: number): Project {
    const row = this.#handle.get('select * from projects where id = ?', id);
    if (row === undefined) throw notFound('project', id);
    return projectOf(row);
  }

  /** Projects, newest first. */
  list({ status, before, limit }: ProjectFilter): readonly Project[] {
    return this.#handle
      .all(
        'select * from projects where (?1 is null or status = ?1) and (?2 is null or id < ?2) order by id desc limit ?3',
        status ?? null,
        before ?? null,
        limit,
      )
      .map(projectOf);
  }

  /** Writes everything of a project except its id and the time of its creation. */
  update(project: Project): void {
    this.#handle.run(
      'update projects set name = ?, description = ?, stakeholders = ?, status = ?, revision = ?, completed_at = ? where id = ?',
      project.name,
      project.description,
      JSON.stringify(project.stakeholders),
      project.status,
      project.revision,
      project.completedAt,
      project.id,
    );
  }

  /**
   * Removes a project and all that belongs to it.
   *
   * @throws ServiceError `not_found`.
   */
  remove(id: number): void {
    if (this.#handle.run('delete from projects where id = ?', id) === 0) throw notFound('project', id);
  }
}

const projectRow = z.object({
  id: z.number(),
  name: z.string(),
  description: z.string(),
  stakeholders: jsonColumn(z.array(z.string())),
  status: z.enum(PROJECT_STATUSES),
  revision: z.number(),
  created_at: z.string(),
  completed_at: z.string().nullable(),
});

function projectOf(row: SqlRow): Project {
  const { created_at: createdAt, completed_at: completedAt, ...rest } = projectRow.parse(row);
  return { ...rest, createdAt, completedAt };
}
