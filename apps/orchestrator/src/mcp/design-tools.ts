import type { McpServer } from '@modelcontextprotocol/server';
import { contextQuerySchema } from '../context/context-service.ts';
import type { PlanningServices } from '../planning/planning-services.ts';
import { projectInputSchema } from '../projects/project-input.ts';
import { requirementInputSchema } from '../requirements/requirement.ts';
import { projectId, projectOnly } from './project-id.ts';
import { toolResult } from './tool-result.ts';

// Made once: in the modern era each request gets a server of its own.
const addRequirement = requirementInputSchema.extend({ projectId });

/** Registers the tools that lead from an idea to a plan. */
export function registerDesignTools(server: McpServer, services: PlanningServices): void {
  server.registerTool(
    'create_project',
    { description: 'Creates a project, for people who decide about it.', inputSchema: projectInputSchema },
    async (input) => toolResult(await services.projects.create(input)),
  );
  server.registerTool(
    'add_requirement',
    {
      description: 'Adds a requirement, in the words of whoever asks for it. Earlier analyses become outdated.',
      inputSchema: addRequirement,
    },
    async ({ projectId: id, ...input }) => toolResult(await services.requirements.add(id, input)),
  );
  server.registerTool(
    'analyze_requirements',
    {
      description: 'Finds actors, quantities, topics, open phrases and conflicts, and scores the complexity.',
      inputSchema: projectOnly,
    },
    async ({ projectId: id }, { mcpReq }) => toolResult(await services.analysis.analyze(id, mcpReq.signal)),
  );
  server.registerTool(
    'generate_architecture',
    { description: 'Derives components and risks from the analyzed requirements.', inputSchema: projectOnly },
    async ({ projectId: id }) => toolResult(await services.architecture.generate(id)),
  );
  server.registerTool(
    'plan_tasks',
    {
      description: 'Plans the tasks from the architecture, in the order in which they can be done.',
      inputSchema: projectOnly,
    },
    async ({ projectId: id }) => toolResult({ tasks: await services.tasks.plan(id) }),
  );
  server.registerTool(
    'search_context',
    {
      description: 'Asks external services what is known about a subject.',
      inputSchema: contextQuerySchema,
      annotations: { readOnlyHint: true, openWorldHint: true },
    },
    async (query) => toolResult(await services.context.search(query)),
  );
}
