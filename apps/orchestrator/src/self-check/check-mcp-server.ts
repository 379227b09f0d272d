import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { SimulatedMcpClient } from '../traffic/simulated-mcp-client.ts';
import { RefusalError } from '../traffic/workflow.ts';
import type { Check } from './check.ts';
import { CHAOS_TOOL, METRIC_TOOLS, PLANNING_TOOLS } from './expected-tools.ts';

const RETRY_MS = 250;

/** Checks what an MCP server offers beside the workflow: its list of tools, search, prompt and resources. */
export async function checkMcpServer(client: SimulatedMcpClient): Promise<Check> {
  const expected = [...PLANNING_TOOLS, ...METRIC_TOOLS, CHAOS_TOOL].toSorted().join(', ');
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
      ...(tools.join(', ') === expected ? [] : [`tools: expected ${expected}, got ${tools.join(', ')}`]),
      ...(context.includes('Roles and permissions') ? [] : [`the search found ${context}`]),
      ...(prompt.includes('A library for bicycles') ? [] : [`the prompt says ${prompt}`]),
      ...(resource.startsWith('# Bicycle library\n') ? [] : [`project://${id} is ${resource}`]),
    ],
  };
}

/** Checks that a model can ask the server for its own metrics. */
export async function checkMetricsOverMcp(client: SimulatedMcpClient): Promise<Check> {
  const health = await client.askForMetrics('health', {});
  const found = await client.askForMetrics('search_metrics', { query: 'tool executions' });
  const filter = { tool: 'create_project', outcome: 'ok' };
  const metric = { metric: 'mcp_tool_executions_total', fn: 'latest', filter };
  const latest = await client.askForMetrics('query_metric', metric);
  const { value } = queryAnswer.parse(latest).series[0] ?? { value: 0 };
  return {
    name: 'metrics and health can be asked for',
    detail: `${value} projects created`,
    problems: [
      ...(JSON.stringify(health).includes('"status":"healthy"') ? [] : [`health: ${JSON.stringify(health)}`]),
      ...(JSON.stringify(found).includes(metric.metric) ? [] : [`search: ${JSON.stringify(found)}`]),
      ...(value > 0 ? [] : [`query: ${JSON.stringify(latest)}`]),
    ],
  };
}

const queryAnswer = z.object({ series: z.array(z.object({ value: z.number() })) });

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
