import * as z from 'zod';
import type { DatabaseHandle, SqlRow } from '../database/database-handle.ts';
import { jsonColumn } from '../database/json-column.ts';
import { notFound } from '../errors/service-error.ts';
import { PRIORITIES, type Requirement, type RequirementInput } from './requirement.ts';

/** Requirements in the database, seen through one handle. */
export class RequirementRepository {
  readonly #handle: DatabaseHandle;

  constructor(handle: DatabaseHandle) {
    this.#handle = handle;
  }

  /** Adds a requirement to a project. */
  insert(projectId: number, input: RequirementInput, createdAt: string): Requirement {
    const id = this.#handle.insert(
      'insert into requirements (project_id, text, priority, depends_on, created_at) values (?, ?, ?, ?, ?)',
      projectId,
      input.text,
      input.priority,
      JSON.stringify(input.dependsOn),
      createdAt,
    );
    return { ...input, id, createdAt };
  }

  /** @throws ServiceError `not_found`, also for a requirement of another project. */
  get(projectId: number, id: number): Requirement {
    const row = this.#handle.get('select * from requirements where id = ? and project_id = ?', id, projectId);
    if (row === undefined) throw notFound('requirement', id);
    return requirementOf(row);
  }

  /** All requirements of a project, oldest first. */
  list(projectId: number): readonly Requirement[] {
    return this.#handle
      .all('select * from requirements where project_id = ? order by id', projectId)
      .map(requirementOf);
  }

  /** Removes a requirement that exists. */
  remove(id: number): void {
    this.#handle.run('delete from requirements where id = ?', id);
  }
}

const requirementRow = z.object({
  id: z.number(),
  text: z.string(),
  priority: z.enum(PRIORITIES),
  depends_on: jsonColumn(z.array(z.number())),
  created_at: z.string(),
});

function requirementOf(row: SqlRow): Requirement {
  const { depends_on: dependsOn, created_at: createdAt, ...rest } = requirementRow.parse(row);
  return { ...rest, dependsOn, createdAt };
}
