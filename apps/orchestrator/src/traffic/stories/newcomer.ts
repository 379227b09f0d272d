import type { Story, StoryTools } from '../story.ts';
import { RefusalError } from '../workflow.ts';

/** Tries the MCP server for the first time, and calls tools that are not there or in ways that they refuse. */
export async function* newcomer({ connectMcp, random }: StoryTools): Story {
  const client = await connectMcp(random.pick(['legacy', 'modern'] as const));
  try {
    yield;
    await client.callUnknownTool(`do_${random.between(0, 0xffffff).toString(16)}`);
    yield;
    await expectRefusal(client.callTool('add_requirement', { projectId: 1, text: '' }));
    yield;
    await expectRefusal(client.callTool('start_task', { projectId: 1, taskId: 999_999_999 }));
    yield;
  } finally {
    await client.close();
  }
}

async function expectRefusal(call: Promise<unknown>): Promise<void> {
  const refusal: unknown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refusal instanceof RefusalError)) throw new Error('A call should have been refused.', { cause: refusal });
}
