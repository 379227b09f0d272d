import * as z from 'zod';
import { expectStatus, type Story, type StoryTools } from '../story.ts';

/** An id that no project has. */
const NO_PROJECT = 999_999_999;

const created = z.object({ id: z.number() });

/** Makes every mistake that an API has to answer well, and changes its mind about a project until it gives it up. */
export async function* blunderer({ client, random }: StoryTools): Story {
  const projects = '/api/projects';
  const project = '/api/projects/:projectId';
  await expectStatus(400, client.send({ method: 'POST', route: projects, body: { name: '', stakeholders: [] } }));
  yield;
  await expectStatus(400, client.send({ method: 'POST', route: projects, body: '{"name": ' }));
  yield;
  await expectStatus(400, client.send({ method: 'GET', route: project, params: { projectId: 'first' } }));
  yield;
  await expectStatus(404, client.send({ method: 'GET', route: project, params: { projectId: NO_PROJECT } }));
  yield;
  const body = { name: `Draft ${random.between(1, 99)}`, stakeholders: ['Kim'] };
  const response = client.send({ method: 'POST', route: projects, body });
  const params = { projectId: created.parse(await expectStatus(201, response)).id };
  yield;
  await expectStatus(409, client.send({ method: 'POST', route: `${project}/architecture`, params }));
  yield;
  for (const status of ['on_hold', 'active', 'cancelled']) {
    await expectStatus(200, client.send({ method: 'PATCH', route: project, params, body: { status } }));
    yield;
  }
  await expectStatus(204, client.send({ method: 'DELETE', route: project, params }));
  yield;
}
