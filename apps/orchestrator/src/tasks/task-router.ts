import { Router } from 'express';
import { idParam } from '../http/id-param.ts';
import { jsonBody } from '../http/json-body.ts';
import { parseInput } from '../http/validate.ts';
import type { TaskService } from './task-service.ts';
import { taskFilterSchema, taskResultSchema } from './task.ts';

/** Routes of the tasks of one project; mounted below `/:projectId`. */
export function createTaskRouter(tasks: TaskService): Router {
  const router = Router({ mergeParams: true });

  router.get('/', async (req, res) => {
    const filter = parseInput(taskFilterSchema, req.query, 'query');
    res.json({ tasks: await tasks.list(idParam(req, 'projectId'), filter) });
  });

  router.post('/plan', async (req, res) => {
    res.json({ tasks: await tasks.plan(idParam(req, 'projectId')) });
  });

  router.get('/:taskId', async (req, res) => {
    res.json(await tasks.get(idParam(req, 'projectId'), idParam(req, 'taskId')));
  });

  router.post('/:taskId/start', async (req, res) => {
    res.json(await tasks.start(idParam(req, 'projectId'), idParam(req, 'taskId')));
  });

  router.post('/:taskId/complete', jsonBody, async (req, res) => {
    const result = parseInput(taskResultSchema, req.body, 'body');
    res.json(await tasks.complete(idParam(req, 'projectId'), idParam(req, 'taskId'), result));
  });

  return router;
}
