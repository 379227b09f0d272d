import { McpServer } from '@modelcontextprotocol/server';
import type { PlanningServices } from '../planning/planning-services.ts';
import { registerDeliveryTools } from './delivery-tools.ts';
import { registerDesignTools } from './design-tools.ts';
import { registerPlanPrompt } from './plan-prompt.ts';
import { registerProjectResource } from './project-resource.ts';

/**
 * Creates an MCP server that offers the workflow.
 *
 * @param prepare - Gets the server before anything is registered with it.
 */
export function createPlanningMcpServer(services: PlanningServices, prepare: (server: McpServer) => void): McpServer {
  const server = new McpServer(
    { name: 'bduf-orchestrator', title: 'BDUF Orchestrator', version: '0.0.0' },
    { instructions: 'Leads software projects from requirements to delivery, each step from the result of the last.' },
  );
  prepare(server);
  registerDesignTools(server, services);
  registerDeliveryTools(server, services);
  registerProjectResource(server, services);
  registerPlanPrompt(server);
  return server;
}
