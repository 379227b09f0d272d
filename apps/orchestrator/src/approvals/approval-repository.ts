import * as z from 'zod';
import type { DatabaseHandle, SqlRow } from '../database/database-handle.ts';
import { notFound } from '../errors/service-error.ts';
import {
  APPROVAL_DECISIONS,
  APPROVAL_SUBJECTS,
  type Approval,
  type ApprovalRequest,
  type ApprovalSubject,
  type ApprovalVerdict,
} from './approval.ts';

/** Approvals in the database, seen through one handle. */
export class ApprovalRepository {
  readonly #handle: DatabaseHandle;

  constructor(handle: DatabaseHandle) {
    this.#handle = handle;
  }

  /** Adds an undecided approval. */
  insert(projectId: number, { subject, requestedBy }: ApprovalRequest, requestedAt: string): Approval {
    const id = this.#handle.insert(
      'insert into approvals (project_id, subject, requested_by, requested_at) values (?, ?, ?, ?)',
      projectId,
      subject,
      requestedBy,
      requestedAt,
    );
    return this.get(projectId, id);
  }

  /** @throws ServiceError `not_found`, also for an approval of another project. */
  get(projectId: number, id: number): Approval {
    const row = this.#handle.get('select * from approvals where id = ? and project_id = ?', id, projectId);
    if (row === undefined) throw notFound('approval', id);
    return approvalOf(row);
  }

  /** All approvals of a project, oldest first. */
  list(projectId: number): readonly Approval[] {
    return this.#handle.all('select * from approvals where project_id = ? order by id', projectId).map(approvalOf);
  }

  /** The newest approval of a subject that is not superseded. */
  current(projectId: number, subject: ApprovalSubject): Approval | undefined {
    return this.list(projectId).findLast((approval) => approval.subject === subject && !approval.superseded);
  }

  /** Writes a decision. */
  decide(id: number, { decision, decidedBy, comment }: ApprovalVerdict, decidedAt: string): void {
    this.#handle.run(
      'update approvals set decision = ?, decided_by = ?, comment = ?, decided_at = ? where id = ?',
      decision,
      decidedBy,
      comment,
      decidedAt,
      id,
    );
  }

  /** Makes all approvals of a subject void. */
  supersede(projectId: number, subject: ApprovalSubject): void {
    this.#handle.run('update approvals set superseded = 1 where project_id = ? and subject = ?', projectId, subject);
  }
}

const approvalRow = z
  .object({
    id: z.number(),
    subject: z.enum(APPROVAL_SUBJECTS),
    requested_by: z.string(),
    requested_at: z.string(),
    decision: z.enum(APPROVAL_DECISIONS).nullable(),
    decided_by: z.string().nullable(),
    decided_at: z.string().nullable(),
    comment: z.string().nullable(),
    superseded: z.number(),
  })
  .transform((row): Approval => ({
    id: row.id,
    subject: row.subject,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    decision: row.decision,
    decidedBy: row.decided_by,
    decidedAt: row.decided_at,
    comment: row.comment,
    superseded: row.superseded === 1,
  }));

function approvalOf(row: SqlRow): Approval {
  return approvalRow.parse(row);
}
