import type { SimulatedMcpClient } from '../traffic/simulated-mcp-client.ts';
import type { Check } from './check.ts';

const TOOLS = [
  'add_requirement',
  'analyze_requirements',
  'complete_task',
  'create_project',
  'decide_approval',
  'generate_architecture',
  'plan_tasks',
  'project_status',
  'request_approval',
  'search_context',
  'start_task',
];

/** Checks what an MCP server offers beside the workflow: its list of tools, search, prompt and resources. */
export async function checkMcpServer(client: SimulatedMcpClient): Promise<Check> {
  const tools = (await client.listTools()).toSorted();
  const context = JSON.stringify(await client.callTool('search_context', { query: 'permissions of users' }));
  const prompt = await client.getPrompt('plan_project', { goal: 'A library for bicycles' });
  const created = await client.callTool('create_project', { name: 'Bicycle library', stakeholders: ['Ada', 'Bruno'] });
  const { id } = created as { readonly id: number };
  const resource = await client.readResource(`project://${id}`);
  return {
    name: 'tools, search, prompt and resources are there',
    detail: `${tools.length} tools`,
    problems: [
      ...(tools.join() === TOOLS.join() ? [] : [`tools: expected ${TOOLS.join(', ')}, got ${tools.join(', ')}`]),
      ...(context.includes('Roles and permissions') ? [] : [`the search found ${context}`]),
      ...(prompt.includes('A library for bicycles') ? [] : [`the prompt says ${prompt}`]),
      ...(resource.startsWith('# Bicycle library\n') ? [] : [`project://${id} is ${resource}`]),
    ],
  };
}
