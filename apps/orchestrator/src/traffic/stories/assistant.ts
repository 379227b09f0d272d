import { McpWorkflow } from '../mcp-workflow.ts';
import { RequirementWriter } from '../requirement-writer.ts';
import type { McpEra } from '../simulated-mcp-client.ts';
import type { StoryTeller } from '../story.ts';
import { RefusalError } from '../workflow.ts';
import { leadProject } from './lead-project.ts';

/** Makes someone who leads projects through an AI assistant, by means of MCP. */
export function assistant(era: McpEra): StoryTeller {
  return async function* tell({ connectMcp, random }) {
    const client = await connectMcp(era);
    try {
      yield;
      const writer = new RequirementWriter(random);
      await client.listTools();
      yield;
      await client.getPrompt('plan_project', { goal: writer.projectName() });
      yield;
      await client.callTool('search_context', { query: writer.question() }).catch(ignoreRefusal);
      yield;
      yield* leadProject(new McpWorkflow(client), random);
    } finally {
      await client.close();
    }
  };
}

/** All external services may be busy, which is no surprise. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof RefusalError)) throw error;
}
