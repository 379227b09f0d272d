import { Router } from 'express';
import { idParam } from '../http/id-param.ts';
import { requestSignal } from '../http/request-signal.ts';
import type { AnalysisService } from './analysis-service.ts';

/** Routes of the analysis of one project; mounted below `/:projectId`. */
export function createAnalysisRouter(analysis: AnalysisService): Router {
  const router = Router({ mergeParams: true });

  router.get('/', async (req, res) => {
    res.json(await analysis.latest(idParam(req, 'projectId')));
  });

  router.post('/', async (req, res) => {
    res.json(await analysis.analyze(idParam(req, 'projectId'), requestSignal(res)));
  });

  return router;
}
