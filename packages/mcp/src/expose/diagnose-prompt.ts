import { z } from 'zod/v4';
import type { CallableServer } from './exposable-server.ts';
import { nearestNames, searchFamilies } from './query/metric-names.ts';
import { alertsSummary, readAlerts } from './reading/read-alerts.ts';
import { healthSummary, readHealth } from './reading/read-health.ts';
import type { MetricSources } from './sources.ts';

const MOST_METRICS = 8;
const MOST_ALERTS = 10;

/** Registers the prompt `diagnose`: what is known now about a symptom, and how to go on with the tools. */
export function registerDiagnosePrompt(server: CallableServer, name: string, context: DiagnoseContext): void {
  const config = {
    title: 'Diagnose',
    description: 'Finds the cause of a symptom from the metrics of this server.',
    argsSchema: { symptom: z.string().describe('What is wrong, in your words') },
  };
  server.registerPrompt(name, config, async ({ symptom }: { readonly symptom: string }) => ({
    messages: [{ role: 'user', content: { type: 'text', text: await promptText(symptom, context) } }],
  }));
}

/** What the prompt is made from. */
export interface DiagnoseContext {
  /** Where facts come from. */
  readonly sources: MetricSources;
  /** Names of the tools, with their prefix. */
  readonly toolNames: readonly string[];
  /** Now, in milliseconds since the epoch. */
  readonly nowMs: () => number;
}

async function promptText(symptom: string, { sources, toolNames, nowMs }: DiagnoseContext): Promise<string> {
  const alerts = readAlerts(sources.alerts, { state: 'all', severity: undefined, limit: MOST_ALERTS, nowMs: nowMs() });
  return [
    `Find the cause of this symptom of the server: ${symptom}`,
    '',
    'What is known now:',
    `- Health: ${healthSummary(await readHealth(sources.health))}`,
    `- Alerts: ${alertsSummary(alerts)}`,
    `- Metrics that may matter: ${(await metricsFor(symptom, sources)).join(', ') || 'none yet'}`,
    '',
    `Use the tools ${toolNames.join(', ')}. State a hypothesis, name the metric that would confirm or refute it, look at it, and go`,
    'on until one is confirmed. Say which values you relied on. What a tool says is not configured or truncated is unknown: do',
    'not guess it.',
  ].join('\n');
}

async function metricsFor(symptom: string, { gatherer }: MetricSources): Promise<readonly string[]> {
  const families = await gatherer.gather();
  const found = searchFamilies(families, symptom).slice(0, MOST_METRICS);
  return found.length > 0 ? found.map(({ name }) => name) : nearestNames(symptom, families);
}
