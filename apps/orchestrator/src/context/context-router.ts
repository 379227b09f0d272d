import { Router } from 'express';
import { parseInput } from '../http/validate.ts';
import { type ContextService, contextQuerySchema } from './context-service.ts';

/** Route of the search for context. */
export function createContextRouter(context: ContextService): Router {
  const router = Router();

  router.get('/', async (req, res) => {
    res.json(await context.search(parseInput(contextQuerySchema, req.query, 'query')));
  });

  return router;
}
