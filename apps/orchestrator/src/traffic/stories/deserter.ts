import type { Story, StoryTools } from '../story.ts';

/** Announces a requirement and goes away before it has sent it. */
export async function* deserter({ client, random }: StoryTools): Story {
  const params = { projectId: random.between(1, 100) };
  await client.abandon({ method: 'POST', route: '/api/projects/:projectId/requirements', params });
  yield;
}
