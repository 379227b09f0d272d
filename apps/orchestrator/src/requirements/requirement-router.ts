import { Router } from 'express';
import { idParam } from '../http/id-param.ts';
import { jsonBody } from '../http/json-body.ts';
import { parseInput } from '../http/validate.ts';
import type { RequirementService } from './requirement-service.ts';
import { requirementInputSchema } from './requirement.ts';

/** Routes of the requirements of one project; mounted below `/:projectId`. */
export function createRequirementRouter(requirements: RequirementService): Router {
  const router = Router({ mergeParams: true });

  router.get('/', async (req, res) => {
    res.json({ requirements: await requirements.list(idParam(req, 'projectId')) });
  });

  router.post('/', jsonBody, async (req, res) => {
    const input = parseInput(requirementInputSchema, req.body, 'body');
    const requirement = await requirements.add(idParam(req, 'projectId'), input);
    res.status(201).location(`${req.baseUrl}/${requirement.id}`).json(requirement);
  });

  router.get('/:requirementId', async (req, res) => {
    res.json(await requirements.get(idParam(req, 'projectId'), idParam(req, 'requirementId')));
  });

  router.delete('/:requirementId', async (req, res) => {
    await requirements.remove(idParam(req, 'projectId'), idParam(req, 'requirementId'));
    res.status(204).end();
  });

  return router;
}
