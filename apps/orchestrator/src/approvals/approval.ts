import * as z from 'zod';

/** What can be approved: the plan before the work begins, the delivery after it has ended. */
export const APPROVAL_SUBJECTS = ['plan', 'delivery'] as const;
/** What can be approved. */
export type ApprovalSubject = (typeof APPROVAL_SUBJECTS)[number];

/** How an approval can be decided. */
export const APPROVAL_DECISIONS = ['approved', 'rejected'] as const;
/** How an approval can be decided. */
export type ApprovalDecision = (typeof APPROVAL_DECISIONS)[number];

/** A request that a stakeholder decides. */
export interface Approval {
  readonly id: number;
  readonly subject: ApprovalSubject;
  readonly requestedBy: string;
  /** ISO time. */
  readonly requestedAt: string;
  /** Null while nobody has decided. */
  readonly decision: ApprovalDecision | null;
  readonly decidedBy: string | null;
  /** ISO time. */
  readonly decidedAt: string | null;
  readonly comment: string | null;
  /** Whether a newer plan has made it void. */
  readonly superseded: boolean;
}

/** What a new request for approval needs. */
export interface ApprovalRequest {
  readonly subject: ApprovalSubject;
  readonly requestedBy: string;
}

/** What a decision needs. */
export interface ApprovalVerdict {
  readonly decision: ApprovalDecision;
  /** A stakeholder of the project other than the one who asked. */
  readonly decidedBy: string;
  readonly comment: string;
}

const person = z.string().trim().min(1).max(80);

/** Checks a request for approval. */
export const approvalRequestSchema = z.strictObject({
  subject: z.enum(APPROVAL_SUBJECTS),
  requestedBy: person,
}) satisfies z.ZodType<ApprovalRequest>;

/** Checks a decision. */
export const approvalVerdictSchema = z.strictObject({
  decision: z.enum(APPROVAL_DECISIONS),
  decidedBy: person,
  comment: z.string().trim().max(1000).default(''),
}) satisfies z.ZodType<ApprovalVerdict>;
