import { Router } from 'express';
import { idParam } from '../http/id-param.ts';
import type { ArchitectureService } from './architecture-service.ts';

/** Routes of the architecture of one project; mounted below `/:projectId`. */
export function createArchitectureRouter(architecture: ArchitectureService): Router {
  const router = Router({ mergeParams: true });

  router.get('/', async (req, res) => {
    res.json(await architecture.latest(idParam(req, 'projectId')));
  });

  router.post('/', async (req, res) => {
    res.json(await architecture.generate(idParam(req, 'projectId')));
  });

  return router;
}
