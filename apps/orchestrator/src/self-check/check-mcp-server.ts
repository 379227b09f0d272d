import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedMcpClient } from '../traffic/simulated-mcp-client.ts';
import { RefusalError } from '../traffic/workflow.ts';
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

const RETRY_MS = 250;

/** Checks what an MCP server offers beside the workflow: its list of tools, search, prompt and resources. */
export async function checkMcpServer(client: SimulatedMcpClient): Promise<Check> {
  const tools = (await client.listTools()).toSorted();
  const context = await searchContext(client);
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

/** External services may be asked too much at the moment; then a client has to ask again. */
async function searchContext(client: SimulatedMcpClient): Promise<string> {
  let context = '';
  for (let attempt = 0; attempt < 10; attempt++) {
    const answer = client.callTool('search_context', { query: 'permissions of users' });
    context = JSON.stringify(await answer.catch(refusalAsText));
    if (context.includes('"title"')) return context;
    await sleep(RETRY_MS);
  }
  return context;
}

function refusalAsText(error: unknown): string {
  if (error instanceof RefusalError) return error.message;
  throw error;
}
