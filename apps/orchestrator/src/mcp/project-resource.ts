import { type McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { parseInput } from '../http/validate.ts';
import type { PlanningServices } from '../planning/planning-services.ts';

const MOST_LISTED = 20;
const MIME_TYPE = 'text/markdown';

const id = z.coerce.number().int().positive();

/** Registers the resources `project://{id}`: the design document of each project. */
export function registerProjectResource(server: McpServer, { projects, documents }: PlanningServices): void {
  const list = async () => ({
    resources: (await projects.list({ limit: MOST_LISTED })).map((project) => ({
      uri: `project://${project.id}`,
      name: project.name,
      description: project.description,
      mimeType: MIME_TYPE,
    })),
  });
  server.registerResource(
    'project',
    new ResourceTemplate('project://{id}', { list }),
    {
      description: 'The design document of a project: requirements, analysis, architecture, plan.',
      mimeType: MIME_TYPE,
    },
    async (uri, variables, { mcpReq }) => {
      const projectId = parseInput(id, variables['id'], 'id');
      const parts: string[] = [];
      const keep = (markdown: string): Promise<void> => {
        parts.push(markdown);
        return Promise.resolve();
      };
      await documents.write(projectId, keep, mcpReq.signal);
      return { contents: [{ uri: uri.href, mimeType: MIME_TYPE, text: parts.join('') }] };
    },
  );
}
