import type { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const goalSchema = z.object({
  goal: z.string().min(3).max(1000).describe('What is to be built, in a few sentences'),
});

/** Registers the prompt `plan_project`, which asks a model to lead a project up to its approved plan. */
export function registerPlanPrompt(server: McpServer): void {
  server.registerPrompt(
    'plan_project',
    { description: 'Plan a project from a goal, up to the request for approval.', argsSchema: goalSchema },
    ({ goal }) => ({
      messages: [{ role: 'user', content: { type: 'text', text: instructions(goal) } }],
    }),
  );
}

function instructions(goal: string): string {
  return [
    `Plan this project: ${goal}`,
    '',
    '1. Create it with create_project, naming at least two stakeholders.',
    '2. Use search_context for what you should know about the subject.',
    '3. Add each requirement with add_requirement: one sentence that says who must be able to do what, with numbers where',
    '   something has to be fast, large or frequent.',
    '4. Run analyze_requirements. Resolve each conflict and each open phrase with the user before you go on.',
    '5. Run generate_architecture, tell the user the risks, and run plan_tasks.',
    '6. Show the critical path and ask for approval of the plan with request_approval.',
  ].join('\n');
}
