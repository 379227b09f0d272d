import { expectStatus, type Story, type StoryTools } from '../story.ts';

const PATHS = ['/wp-login.php', '/.env', '/admin', '/api/v1/users', '/favicon.ico', '/api/projects/1/secrets'];

/** Looks for doors that are not there, each time under another name. */
export async function* stranger({ client, random }: StoryTools): Story {
  const path = `${random.pick(PATHS)}/${random.between(0, 0xffffff).toString(16)}`;
  await expectStatus(404, client.probe(random.pick(['GET', 'POST'] as const), path));
  yield;
}
