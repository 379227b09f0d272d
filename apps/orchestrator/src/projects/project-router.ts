import { Router } from 'express';
import { idParam } from '../http/id-param.ts';
import { jsonBody } from '../http/json-body.ts';
import { parseInput } from '../http/validate.ts';
import { projectFilterSchema, projectInputSchema, projectPatchSchema } from './project-input.ts';
import type { ProjectService } from './project-service.ts';

/** Routes of projects themselves; what belongs to one project is mounted below `/:projectId`. */
export function createProjectRouter(projects: ProjectService): Router {
  const router = Router();

  router.get('/', async (req, res) => {
    const list = await projects.list(parseInput(projectFilterSchema, req.query, 'query'));
    res.json({ projects: list });
  });

  router.post('/', jsonBody, async (req, res) => {
    const project = await projects.create(parseInput(projectInputSchema, req.body, 'body'));
    res.status(201).location(`${req.baseUrl}/${project.id}`).json(project);
  });

  router.get('/:projectId', async (req, res) => {
    res.json(await projects.get(idParam(req, 'projectId')));
  });

  router.patch('/:projectId', jsonBody, async (req, res) => {
    const patch = parseInput(projectPatchSchema, req.body, 'body');
    res.json(await projects.change(idParam(req, 'projectId'), patch));
  });

  router.delete('/:projectId', async (req, res) => {
    await projects.remove(idParam(req, 'projectId'));
    res.status(204).end();
  });

  router.get('/:projectId/report', async (req, res) => {
    res.json(await projects.report(idParam(req, 'projectId')));
  });

  return router;
}
