import type { SeededRandom } from './seeded-random.ts';
import type { McpEra, SimulatedMcpClient } from './simulated-mcp-client.ts';
import type { SimulatedClient, SimulatedResponse } from './simulated-client.ts';

/** What a simulated user needs to act. */
export interface StoryTools {
  readonly client: SimulatedClient;
  /** Connects an MCP client, which the story has to close. */
  readonly connectMcp: (era: McpEra) => Promise<SimulatedMcpClient>;
  readonly random: SeededRandom;
}

/** What a simulated user does, request by request: each step ends with a `yield`. */
export type Story = AsyncGenerator<void, void, void>;

/** Begins a story anew. */
export type StoryTeller = (tools: StoryTools) => Story;

/**
 * The body of a response that has the status which the story expects.
 *
 * @throws Error otherwise, which ends the story.
 */
export async function expectStatus(status: number, response: Promise<SimulatedResponse>): Promise<unknown> {
  const { status: actual, body } = await response;
  if (actual !== status) throw new Error(`Expected status ${status}, got ${actual}: ${JSON.stringify(body)}`);
  return body;
}
