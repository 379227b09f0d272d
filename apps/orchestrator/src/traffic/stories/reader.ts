import * as z from 'zod';
import { RequirementWriter } from '../requirement-writer.ts';
import { expectStatus, type Story, type StoryTools } from '../story.ts';

const projectList = z.object({ projects: z.array(z.object({ id: z.number() })) });
const taskList = z.object({ tasks: z.array(z.object({ id: z.number() })) });

/** Looks around in projects without changing anything. What it reads may be removed at the same time. */
export async function* reader({ client, random }: StoryTools): Story {
  const list = client.send({ method: 'GET', route: '/api/projects', query: '?limit=10' });
  const { projects } = projectList.parse(await expectStatus(200, list));
  yield;
  if (projects.length === 0) return;
  const params = { projectId: random.pick(projects).id };
  const report = { method: 'GET', route: '/api/projects/:projectId/report', params } as const;
  const { etag } = await client.send(report);
  yield;
  for (const part of ['', '/requirements', '/approvals', '/analysis', '/architecture', '/design-document']) {
    if (!random.chance(0.5)) continue;
    await client.send({ method: 'GET', route: `/api/projects/:projectId${part}`, params });
    yield;
  }
  const { status, body } = await client.send({ method: 'GET', route: '/api/projects/:projectId/tasks', params });
  yield;
  const tasks = status === 200 ? taskList.parse(body).tasks : [];
  if (tasks.length > 0) {
    const taskId = random.pick(tasks).id;
    const route = '/api/projects/:projectId/tasks/:taskId';
    await client.send({ method: 'GET', route, params: { ...params, taskId } });
    yield;
  }
  await client.send({ ...report, ifNoneMatch: etag });
  yield;
  const query = `?query=${encodeURIComponent(new RequirementWriter(random).question())}`;
  await client.send({ method: 'GET', route: '/api/context', query });
  yield;
}
