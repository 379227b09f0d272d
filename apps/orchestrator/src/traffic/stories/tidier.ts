import * as z from 'zod';
import { expectStatus, type Story, type StoryTools } from '../story.ts';

/** Completed projects that stay. */
const KEPT = 20;

const projectList = z.object({ projects: z.array(z.object({ id: z.number() })) });

/** Removes the oldest completed projects, so that a long demonstration does not grow. */
export async function* tidier({ client }: StoryTools): Story {
  const list = client.send({ method: 'GET', route: '/api/projects', query: '?status=completed&limit=100' });
  const { projects } = projectList.parse(await expectStatus(200, list));
  yield;
  for (const { id } of projects.slice(KEPT)) {
    await client.send({ method: 'DELETE', route: '/api/projects/:projectId', params: { projectId: id } });
    yield;
  }
}
