import { Router } from 'express';
import { idParam } from '../http/id-param.ts';
import { jsonBody } from '../http/json-body.ts';
import { parseInput } from '../http/validate.ts';
import type { ApprovalService } from './approval-service.ts';
import { approvalRequestSchema, approvalVerdictSchema } from './approval.ts';

/** Routes of the approvals of one project; mounted below `/:projectId`. */
export function createApprovalRouter(approvals: ApprovalService): Router {
  const router = Router({ mergeParams: true });

  router.get('/', async (req, res) => {
    res.json({ approvals: await approvals.list(idParam(req, 'projectId')) });
  });

  router.post('/', jsonBody, async (req, res) => {
    const request = parseInput(approvalRequestSchema, req.body, 'body');
    res.status(201).json(await approvals.request(idParam(req, 'projectId'), request));
  });

  router.post('/:approvalId/decision', jsonBody, async (req, res) => {
    const verdict = parseInput(approvalVerdictSchema, req.body, 'body');
    res.json(await approvals.decide(idParam(req, 'projectId'), idParam(req, 'approvalId'), verdict));
  });

  return router;
}
