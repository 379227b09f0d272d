import * as z from 'zod';
import { expectStatus, type Story, type StoryTools } from '../story.ts';

const projectList = z.object({ projects: z.array(z.object({ id: z.number() })) });

/** How often someone looks before they turn to another project. */
const LOOKS = 25;

/** Keeps the report of one project on the screen, which is loaded anew again and again. */
export async function* watcher({ client, random }: StoryTools): Story {
  const list = client.send({ method: 'GET', route: '/api/projects', query: '?limit=10' });
  const { projects } = projectList.parse(await expectStatus(200, list));
  yield;
  if (projects.length === 0) return;
  const params = { projectId: random.pick(projects).id };
  for (let look = 0; look < LOOKS; look++) {
    // Without an ETag, as a screen that is refreshed by force. A project may be removed meanwhile.
    const { status } = await client.send({ method: 'GET', route: '/api/projects/:projectId/report', params });
    yield;
    if (status !== 200) return;
  }
}
